import { fingerprintOfParts } from '../core/batch/fingerprint.ts';
import { canonicalJson } from '../core/json.ts';
import type { OrderInput } from './event.ts';

type Asked = Pick<OrderInput, 'orderId' | 'preferences' | 'only'> & { readonly images?: readonly string[] };

/** What a call asks for: the same under one key is the same batch. Its name does not count. */
export function fingerprintOfOrder({ orderId, preferences, only, images }: Asked): string {
  return fingerprintOfParts(canonicalJson({ orderId, preferences, only, images }));
}
