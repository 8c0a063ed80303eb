import { type Refused, refused } from './validation.ts';

/** Which orders of a list are asked for. */
export interface OrderPage {
  readonly offset: number;
  readonly perPage: number;
}

/** The vendor's own default. */
const PER_PAGE = 5;

export function pageOf(query: URLSearchParams): OrderPage | { readonly refused: Refused } {
  const offset = Number(query.get('offset') ?? 0);
  const perPage = Number(query.get('per_page') ?? PER_PAGE);
  if (!Number.isInteger(offset) || offset < 0) return { refused: refused({ offset: ['Not a valid integer.'] }) };
  if (!Number.isInteger(perPage) || perPage < 1) return { refused: refused({ per_page: ['Not a valid integer.'] }) };
  return { offset, perPage };
}
