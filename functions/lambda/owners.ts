import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mayOperate, ownerOf } from '../core/access.ts';
import { PARTNER_NAME, type Partner } from '../core/partner-keys.ts';
import { shown } from '../core/request/preferences.ts';
import { BadRequest } from './bad-request.ts';

/**
 * Whose things a list shows: an operator's shows everybody's, or those of one `?partner=` (the service's own: `service`); any
 * other caller's shows its own.
 * @param everybody all owners; undefined stands for the operator
 * @throws BadRequest
 */
export async function shownOwners(
  { queryStringParameters }: Pick<APIGatewayProxyEventV2, 'queryStringParameters'>,
  caller: Partner,
  everybody: () => Promise<readonly (string | undefined)[]>,
): Promise<readonly (string | undefined)[]> {
  const asked = queryStringParameters?.partner;
  if (!mayOperate(caller)) {
    if (asked === undefined || asked === caller.name) return [ownerOf(caller)];
    throw new BadRequest(
      400,
      `partner must be ${caller.name} or be left out, got ${shown(asked)}: a list shows your own`,
    );
  }
  if (asked === undefined) return everybody();
  if (asked === 'service') return [undefined];
  if (PARTNER_NAME.test(asked)) return [asked];
  throw new BadRequest(400, `partner must be a partner's name, or service for the service's own, got ${shown(asked)}`);
}
