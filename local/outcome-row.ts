import { failureIn, type OutcomeEvent } from './outcomes.ts';
import { type Row, rowText } from './terminal/row.ts';

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

/** As a pipe gets it. */
export function outcomeLine(event: OutcomeEvent): string {
  return rowText(outcomeRow(event));
}

export function hasFailed({ type, data }: Pick<OutcomeEvent, 'type' | 'data'>): boolean {
  return /\.failed$/.test(type) || data.image?.status === 'error';
}

/** What the endpoint says of the image, and why, when it failed. */
function imageFact({ data: { image, warnings = [] } }: OutcomeEvent): string | undefined {
  // The record of a finished image could not be had; the warnings say why.
  if (image === null && warnings.length > 0) return warnings.join('; ');
  const { status, status_reason: reason } = image ?? {};
  if (typeof status !== 'string') return undefined;
  return typeof reason === 'string' && reason !== '' ? `image is ${status}: ${reason}` : `image is ${status}`;
}

function failureFact(event: OutcomeEvent): string | undefined {
  const failure = failureIn(event);
  if (failure === undefined) return undefined;
  return [`${failure.code}: ${failure.detail}`, ...refusedFields(failure.endpoint)].join('; ');
}

/**
 * What the endpoint found wrong with each field, out of its 422: `{"message", "detail": {"json": {"rating": ["Must be …"]}}}`.
 * `_schema` stands there where there is no field to name.
 */
function refusedFields(answer: unknown): readonly string[] {
  const fields = member(member(answer, 'detail'), 'json');
  if (typeof fields !== 'object' || fields === null) return [];
  return Object.entries(fields).map(([field, said]) => {
    const problem = Array.isArray(said) ? said.join(' ') : typeof said === 'string' ? said : JSON.stringify(said);
    return field === '_schema' ? problem : `${field}: ${problem}`;
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
