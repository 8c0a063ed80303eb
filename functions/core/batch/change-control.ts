import type { Limits } from '../ports.ts';
import { type Batch, type BatchControl, type BatchState, countsOf, stateOf } from './batch.ts';
import type { BatchLedger } from './ports.ts';

export type ControlAction = 'pause' | 'resume' | 'cancel';

export type Controlled =
  /** It is as it was asked for; `note` says what that means for lines that were sent. */
  | { readonly kind: 'done'; readonly batch: Batch; readonly note?: string }
  | { readonly kind: 'impossible'; readonly batch: Batch; readonly why: string };

interface Rule {
  readonly control: BatchControl;
  /** The state that was asked for: asking again changes nothing, and is no error. */
  readonly isDone: readonly BatchState[];
}

const RULES: Readonly<Record<ControlAction, Rule>> = {
  pause: { control: 'paused', isDone: ['paused'] },
  resume: { control: 'running', isDone: ['running', 'checking'] },
  cancel: { control: 'cancelled', isDone: ['cancelled'] },
};

/** Why a batch in one of these states stays as it is. */
const ENDED: Readonly<Partial<Record<BatchState, string>>> = {
  finished: 'the batch is finished: all its lines have ended',
  cancelled: 'the batch is cancelled, which cannot be undone: hand its lines over again as a new batch',
  refused: 'the batch was refused by its check, and nothing of it is sent',
};

/** What the owner of a batch wants of it. Idempotent. @throws DependencyUnavailable */
export function createChangeControl(batches: Pick<BatchLedger, 'setControl'>) {
  return async (batch: Batch, action: ControlAction, limits: Limits): Promise<Controlled> => {
    const { control, isDone } = RULES[action];
    if (isWanted(batch, control, isDone)) return done(batch, action);
    if (ENDED[stateOf(batch)] !== undefined) return impossible(batch);
    const changed = (await batches.setControl(batch.batchId, control, limits)) ?? batch;
    return changed.control === control && stateOf(changed) !== 'finished' ? done(changed, action) : impossible(changed);
  };
}

/** A batch that is still checked shows no pause in its state. */
function isWanted(batch: Batch, control: BatchControl, states: readonly BatchState[]): boolean {
  return batch.control === control && states.includes(stateOf(batch));
}

function impossible(batch: Batch): Controlled {
  return { kind: 'impossible', batch, why: ENDED[stateOf(batch)] ?? 'the batch changed meanwhile: ask again' };
}

function done(batch: Batch, action: ControlAction): Controlled {
  return { kind: 'done', batch, ...(action === 'cancel' && { note: tooLate(batch) }) };
}

/** What was sent cannot be called back. */
function tooLate(batch: Batch): string {
  const { queued, started, finished, failed, cancelled } = countsOf(batch);
  const sent = queued + started + finished + failed;
  const kept = `${cancelled} of its lines are not sent`;
  if (sent === 0) return kept;
  const parts = `queued ${queued}, started ${started}, ended ${finished + failed}`;
  return `${kept}; it is too late for ${sent}, which were sent before and end as usual (${parts})`;
}
