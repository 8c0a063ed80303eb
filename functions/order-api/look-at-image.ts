import { mayOperate } from '../core/access.ts';
import type { AccountState } from '../core/budget/ports.ts';
import { together } from '../core/concurrently.ts';
import { ProcessError } from '../core/errors.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Clock, Limits } from '../core/ports.ts';
import type { CallPermits } from '../core/processing/call-permits.ts';
import type { ListOfImage } from '../core/request/request-lists.ts';
import type { HttpResponse } from '../lambda/http.ts';
import { pausedResponse, unavailableResponse, unknownImageResponse, unreadImageResponse } from './responses.ts';

export interface LookAtImageParts {
  readonly listOfImage: ListOfImage;
  readonly account: Pick<AccountState, 'pause'>;
  readonly permits: CallPermits;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Calls Autoenhance for one image: for a partner that has a request for it, or for an operator, and as any call is made. A pause that
 * a person ordered stops these calls too. One for the daily limit does not: looking at an image spends nothing of it.
 */
export function createLookAtImage({ listOfImage, account, permits, clock }: LookAtImageParts) {
  const maySee = async (caller: Partner, imageId: string, limits: Limits) =>
    mayOperate(caller) || (await listOfImage(caller.name, imageId, { limit: 1 }, limits)).items.length > 0;

  return async (
    imageId: string,
    caller: Partner,
    limits: Limits,
    call: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> => {
    const [isSeen, pause] = await together(maySee(caller, imageId, limits), account.pause(limits));
    if (!isSeen) return unknownImageResponse();
    if (pause?.reason === 'person') return pausedResponse(pause, clock.now());
    const acquired = await permits.acquire(limits);
    if (acquired.kind === 'open') return unavailableResponse(acquired.ms);
    const { permit } = acquired;
    try {
      permit.sent();
      const response = await call();
      permit.complete();
      return response;
    } catch (error) {
      if (error instanceof ProcessError) permit.complete(error);
      return unreadImageResponse(error);
    } finally {
      permit.release();
    }
  };
}
