import type { VendorPlan } from '../models/vendor-images.ts';
import type { Chance } from '../random.ts';

/** How quickly and how well the vendor works, and how reliably it calls the webhook. */
export function planVendor(chance: Chance): VendorPlan {
  return {
    paces: chance.of([
      { at_once: 1, usual: 8, late: 1, very_late: 0, never: 0 },
      { at_once: 2, usual: 4, late: 3, very_late: 0.1, never: 0.1 },
      { at_once: 0, usual: 1, late: 0, very_late: 0, never: 0.1 },
    ]),
    failShare: chance.of([0, 0.05, 0.3]),
    limitShare: 0,
    staleShare: chance.of([0, 0, 0.2]),
    webhook: chance.of([
      { lost: 0, twice: 0, late: 0 },
      { lost: 0.2, twice: 0.2, late: 0.1 },
      { lost: 1, twice: 0, late: 0 },
    ]),
    isOld: chance.yes(0.1),
  };
}
