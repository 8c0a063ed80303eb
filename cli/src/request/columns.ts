import type { RequestSummary } from '../../../client/src/contract.ts';
import { ageText } from '../terminal/numbers.ts';
import type { Column } from '../terminal/table.ts';

/** @param more what comes first */
export function requestColumns(
  now: number,
  more: readonly Column<RequestSummary>[] = [],
): readonly Column<RequestSummary>[] {
  return [
    ...more,
    { title: 'STATE', value: ({ life }) => life },
    { title: 'AGE', value: ({ accepted_at }) => ageText(accepted_at, now) },
    { title: 'CODE', value: ({ error_code }) => error_code },
    { title: 'SOURCE', value: ({ source }) => source },
    { title: 'REQUEST', isId: true, value: ({ request_id }) => request_id },
    { title: 'BATCH', isId: true, value: ({ batch_id }) => batch_id },
    { title: 'PARTNER', value: ({ partner }) => partner },
  ];
}

export const IMAGE: Column<RequestSummary> = { title: 'IMAGE', isId: true, value: ({ image_id }) => image_id };
