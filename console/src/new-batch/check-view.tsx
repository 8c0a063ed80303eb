import type { CheckedBatch } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { FailureNotice, Sentences } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';
import type { Action } from '../service/use-action.ts';
import { texts } from '../texts.ts';
import { RefusedLines, RepeatedImages } from './findings.tsx';

export interface CheckViewProps {
  readonly checked: CheckedBatch;
  readonly send: Action<[]>;
  onBack(): void;
}

/** What would become of a batch, and the button that sends it. */
export function CheckView({ checked, send, onBack }: CheckViewProps) {
  const { counts, check, problems, warnings, refusal, would_be_sent, left_out = [], left_out_count = 0 } = checked;
  const sent = texts.check.wouldBeSent(counts.accepted, check.repeated_images > 0);
  // A refusal may be one of the problems.
  const whyNot = [...new Set([...(refusal ? [refusal] : []), ...problems])];
  return (
    <Page
      title={texts.check.title}
      above={
        <button type="button" class="link" onClick={onBack}>
          ← {texts.newBatch.back}
        </button>
      }
      below={texts.check.nothingSent}
    >
      <Card>
        <Totals checked={checked} sent={sent} />
        {/* Its days are those of UTC, which may contradict the time that is shown. */}
        {checked.pace && !checked.expected_end && <p class="pace sentence">{checked.pace.sentence}</p>}
      </Card>
      {!would_be_sent && (
        <Card title={texts.check.problemsTitle} tone="bad">
          <Sentences sentences={whyNot} />
        </Card>
      )}
      {warnings.length > 0 && (
        <Card title={texts.check.warningsTitle} tone="note">
          <Sentences sentences={warnings} />
        </Card>
      )}
      {counts.rejected > 0 && <RefusedLines check={check} count={counts.rejected} />}
      {check.repeated_images > 0 && <RepeatedImages check={check} />}
      {left_out_count > 0 && (
        <Card title={texts.check.leftOutTitle(left_out_count)}>
          <Sentences sentences={left_out.map(({ image_id, reason }) => `${image_id ?? ''}: ${reason}`)} />
        </Card>
      )}
      {send.failure && <FailureNotice failure={send.failure} />}
      <div class="form-end form-end-stuck">
        {would_be_sent && (
          <Button kind="primary" isBusy={send.isBusy} onClick={() => send.run()}>
            {send.isBusy ? texts.check.sending : texts.check.send(sent)}
          </Button>
        )}
        <Button onClick={onBack}>{texts.newBatch.back}</Button>
        {would_be_sent && <span class="help">{texts.check.sends}</span>}
      </div>
    </Page>
  );
}

function Totals({ checked, sent }: Pick<CheckViewProps, 'checked'> & { readonly sent: string }) {
  const { counts, check, pace, expected_end } = checked;
  const { limit = null, left_today: left = null } = pace ?? {};
  return (
    <dl class="totals">
      <div class="total total-main">
        <dt>{texts.check.wouldBeSentLabel}</dt>
        <dd>{sent}</dd>
      </div>
      <div class={`total ${counts.rejected > 0 ? 'total-bad' : ''}`}>
        <dt>{texts.check.refusedLabel}</dt>
        <dd>{numberText(counts.rejected)}</dd>
      </div>
      <div class="total">
        <dt>{texts.check.duplicatesLabel(check.repeated_images)}</dt>
        <dd>{numberText(check.repeated_images)}</dd>
      </div>
      <div class="total">
        <dt>
          {texts.check.costLabel}
          {pace && (
            <span class="help">
              {limit === null || left === null ? texts.check.noLimit : texts.check.leftToday(left, limit)}
            </span>
          )}
        </dt>
        <dd>{numberText(counts.accepted)}</dd>
      </div>
      <div class="total">
        <dt>{texts.check.endLabel}</dt>
        <dd>{expected_end ? <Time at={expected_end} /> : texts.check.never}</dd>
      </div>
    </dl>
  );
}
