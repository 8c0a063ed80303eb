import * as z from 'zod';
import type { ServiceCall } from '../../guard.ts';
import { ACCOUNT, REGION } from '../../template/identities.ts';
import type { Access } from '../evaluate.ts';
import { operationOf, UnknownCall } from '../unknown-call.ts';

const inputSchema = z.object({
  Entries: z.array(z.object({ Source: z.string().default(''), EventBusName: z.string().default('default') })).min(1),
});

/** Each event is checked. If one is not allowed, the whole call is refused. @throws UnknownCall, or ZodError */
export function eventBridgeAccess({ headers, input }: Pick<ServiceCall, 'headers' | 'input'>): readonly Access[] {
  const operation = operationOf(headers['x-amz-target']);
  if (operation !== 'PutEvents') {
    throw new UnknownCall(`the local service does not know what events ${operation} needs`);
  }
  return inputSchema.parse(input()).Entries.map(({ Source, EventBusName }) => {
    const resource = EventBusName.startsWith('arn:')
      ? EventBusName
      : `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${EventBusName}`;
    return { action: 'events:PutEvents', resource, context: { 'events:source': Source } };
  });
}
