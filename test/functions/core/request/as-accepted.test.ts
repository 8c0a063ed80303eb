import { describe, expect, it } from 'vitest';
import { asAccepted } from '../../../../functions/core/request/as-accepted.ts';
import { aLedgerItem, aRequest, NOON } from '../../../support/fixtures.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const item = aLedgerItem({
  ...{ partner: 'acme', traceparent, notAfter: NOON + 86_400_000, batch: { batchId: 'b_1', round: 1 } },
});

describe('a request with what the ledger has', () => {
  const other = { ...aRequest(), notAfter: NOON - 1, acceptedAt: NOON - 1, partner: 'another', traceparent: 'another' };

  it('is whose, from when, until when, and of which batch and trace the ledger says', () => {
    const { partner, notAfter, batch, acceptedAt } = item;
    expect(asAccepted(other, item)).toEqual({ ...other, partner, notAfter, batch, acceptedAt, traceparent });
  });

  it('has no end of validity that only its message names', () => {
    const { notAfter: _, ...without } = item;
    expect(asAccepted(other, without)).not.toHaveProperty('notAfter');
  });
});
