import type { Partner } from '../../../client/src/index.ts';
import { type Poll, usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';

/** Who may call, and how their callbacks do. For operators. */
export function usePartners(): Poll<readonly Partner[]> {
  const { service } = useSignedIn();
  return usePoll({
    key: 'partners',
    load: async (signal) => (await service.quick.callback.partners({ signal })).partners,
  });
}
