import type { RequestItem } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';

/** Why a request or its enhancement failed; undefined for one that did not. */
export function failureReason(request: RequestItem): string | undefined {
  if (request.state === 'failed') return request.error.detail;
  if (request.state !== 'succeeded' || request.error_code === undefined) return undefined;
  return request.completion?.status_reason ?? texts.codes[request.error_code];
}
