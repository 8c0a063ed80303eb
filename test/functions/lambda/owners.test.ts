import { describe, expect, it } from 'vitest';
import type { Partner } from '../../../functions/core/partner-keys.ts';
import { BadRequest } from '../../../functions/lambda/bad-request.ts';
import { shownOwners } from '../../../functions/lambda/owners.ts';
import { httpEvent } from '../../support/http-event.ts';

const acme: Partner = { name: 'acme' };
const desk: Partner = { name: 'desk', role: 'operator' };
const everybody = async () => [undefined, 'acme', 'globex'];
const shown = (caller: Partner, partner?: string) =>
  shownOwners(httpEvent({ query: { ...(partner !== undefined && { partner }) } }), caller, everybody);

describe('a list shows', () => {
  it.each<[Partner, string | undefined, readonly (string | undefined)[]]>([
    [acme, undefined, ['acme']],
    [acme, 'acme', ['acme']],
    [desk, undefined, [undefined, 'acme', 'globex']],
    [desk, 'globex', ['globex']],
    [desk, 'service', [undefined]],
  ])('%j, who asks for %j, what is of %j', async (caller, partner, owners) => {
    expect(await shown(caller, partner)).toEqual(owners);
  });

  it('a partner nothing of another one', async () => {
    await expect(shown(acme, 'globex')).rejects.toThrow(BadRequest);
    await expect(shown(acme, 'service')).rejects.toThrow(BadRequest);
  });
});
