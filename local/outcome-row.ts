import { failureIn, type OutcomeEvent } from './outcomes.ts';
import type { Row } from './terminal/row.ts';

/** As wide as the longest of the usual types, and as an image id that is a UUID. */
const TYPE_WIDTH = 'reprocess.succeeded'.length;
const IMAGE_WIDTH = 36;

/** `10:00:00  reprocess.succeeded  <image id>  1 attempt, over http, image is processing` */
export function outcomeRow(event: OutcomeEvent): Row {
  const { type, subject, time, data } = event;
  const { attempts, request } = data;
  const facts = [
    attempts !== undefined && `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    request && `over ${request.source}`,
    request?.file !== undefined && `line ${request.line} of ${request.file}`,
    imageFact(event),
    failureFact(event),
  ];
  return {
    cells: [
      { text: time.slice(11, 19), format: 'dim' },
      { text: type, width: TYPE_WIDTH, format: hasFailed(event) ? 'red' : 'green' },
      { text: subject, width: IMAGE_WIDTH },
    ],
    text: facts.filter(Boolean).join(', '),
  };
}

export function hasFailed({ type, data }: Pick<OutcomeEvent, 'type' | 'data'>): boolean {
  return /\.failed$/.test(type) || data.image?.status === 'error';
}

/** The endpoint's status of the image, with the reason if it failed. */
function imageFact({ data: { image, warnings = [] } }: OutcomeEvent): string | undefined {
  // The record of a finished image could not be read; the warnings say why.
  if (image === null && warnings.length > 0) return warnings.join('; ');
  const { status, status_reason: reason } = image ?? {};
  if (typeof status !== 'string') return undefined;
  return typeof reason === 'string' && reason !== '' ? `image is ${status}: ${reason}` : `image is ${status}`;
}

function failureFact(event: OutcomeEvent): string | undefined {
  const failure = failureIn(event);
  return failure && `${failure.code}: ${failure.detail}`;
}
