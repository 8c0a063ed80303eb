import { createHash } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changeSecret } from '../../../cli/src/aws/partner/change-secret.ts';
import { addKey, parseKeyRing } from '../../../cli/src/aws/partner/key-ring.ts';
import { secretsManagerOf } from '../../../cli/src/aws/place.ts';
import { parsePartnerKeys } from '../../../functions/core/partner-keys.ts';
import { OFFSETS } from '../../../local/ports.ts';
import { startSecretsManager } from '../../../local/secrets-manager.ts';
import { freePort } from '../../local/support/command.ts';
import { changeFunction, editedAssembly } from '../../support/edited-assembly.ts';
import { runHere, SIGNED } from '../support/run-here.ts';
import { startLocal } from './support/local-service.ts';

const LOCAL = 'reprocess/local/partner-keys';
const hashOf = (key: string) => createHash('sha256').update(key.trim()).digest('hex');

/** The stand-in with an empty secret of partner keys, and the command before it. */
async function bench(secret = '{}') {
  const secrets = await startSecretsManager({ secrets: { [LOCAL]: secret, 'reprocess/dev/partner-keys': secret } });
  onTestFinished(secrets.close);
  const port = Number(new URL(secrets.url).port) - OFFSETS.secretsManager;
  const client = secretsManagerOf({ stage: 'local', port });
  onTestFinished(() => client.destroy());
  return {
    secrets,
    client,
    stored: () => secrets.current(LOCAL),
    partner: (...args: readonly string[]) => runHere(['partner', ...args, '--stage', 'local', '--port', String(port)]),
    inAws: (...args: readonly string[]) =>
      runHere(['partner', ...args, '--stage', 'dev'], {
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
        AWS_REGION: 'eu-west-1',
        ...SIGNED,
      }),
  };
}

describe('reprocess partner', () => {
  it('makes a key, prints it alone to stdout, and stores nothing but its hash', async () => {
    const { partner, stored } = await bench();
    const { code, stdout, stderr } = await partner('add', 'acme');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f]{64}\n$/)]);
    expect(stderr).toMatch(/^A key for acme on local, shown this once/);
    expect(JSON.parse(stored() ?? '')).toEqual({ acme: { keys: [{ sha256: hashOf(stdout) }] } });
    expect(stored()).not.toContain(stdout.trim());
  });

  it('rotates: a second key, the first one until a day, then the second alone', async () => {
    const { partner, stored } = await bench();
    const first = (await partner('add', 'acme')).stdout;
    const second = (await partner('add', 'acme', '--expires-old', '2999-12-31')).stdout;
    const [old, fresh] = parsePartnerKeys(stored() ?? '');
    expect(old).toMatchObject({ hash: Buffer.from(hashOf(first), 'hex'), expiresAt: Date.parse('2999-12-31') });
    expect(fresh).toMatchObject({ hash: Buffer.from(hashOf(second), 'hex'), expiresAt: Number.POSITIVE_INFINITY });
    expect(await partner('remove', 'acme', '--key', hashOf(first).slice(0, 12))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('of acme from local: it is refused within a minute.'),
    });
    expect(JSON.parse(stored() ?? '')).toEqual({ acme: { keys: [{ sha256: hashOf(second) }] } });
  });

  it("makes an operator's key, and says each time whose it is", async () => {
    const { partner, stored } = await bench();
    const first = await partner('add', 'desk', '--operator');
    expect(first.stderr).toMatch(/^A key for the operator desk on local, shown this once/);
    const second = await partner('add', 'desk');
    expect(second.stderr).toMatch(/^A key for the operator desk on local, shown this once/);
    const keys = [first, second].map(({ stdout }) => ({ sha256: hashOf(stdout) }));
    expect(JSON.parse(stored() ?? '')).toEqual({ desk: { keys, role: 'operator' } });
    expect(parsePartnerKeys(stored() ?? '').map((key) => key.partner.role)).toEqual(['operator', 'operator']);
  });

  it('lists names and the beginnings of hashes, never a key', async () => {
    const { partner } = await bench();
    const nobody = { code: 0, stdout: '', stderr: 'There are none.\n' };
    expect(await partner('list')).toEqual(nobody);
    const key = (await partner('add', 'acme')).stdout;
    const sha256 = hashOf(key).slice(0, 12);
    expect(await partner('list')).toEqual({ code: 0, stdout: `acme\t${sha256}\t\t\t\n`, stderr: '' });
    expect(JSON.parse((await partner('list', '--json')).stdout)).toEqual({ partner: 'acme', keys: [{ sha256 }] });
    expect(await partner('remove', 'acme')).toMatchObject({ code: 0 });
    expect(await partner('list')).toEqual(nobody);
  });

  it('sets how a partner is answered, and sets it back', async () => {
    const { partner, stored } = await bench();
    const keys = [{ sha256: hashOf((await partner('add', 'acme')).stdout) }];
    const changed = { code: 0, stdout: 'Changed acme on local: it holds within a minute.\n', stderr: '' };
    expect(await partner('set', 'acme', '--wait', '20', '--on-timeout', '504')).toEqual(changed);
    expect(JSON.parse(stored() ?? '')).toEqual({ acme: { keys, wait: 20, on_timeout: 504 } });
    await partner('set', 'acme', '--wait', 'usual', '--on-timeout', '202');
    expect(JSON.parse(stored() ?? '')).toEqual({ acme: { keys } });
  });

  it('limits how much a partner may ask for, and lists that', async () => {
    const { partner, stored } = await bench();
    const keys = [{ sha256: hashOf((await partner('add', 'acme')).stdout) }];
    await partner('limit', 'acme', '--calls-per-second', '50', '--burst', '500');
    await partner('limit', 'acme', '--batches-per-day', '7', '--burst', 'usual');
    expect(JSON.parse(stored() ?? '')).toEqual({ acme: { keys, calls_per_second: 50, batches_per_day: 7 } });
    expect((await partner('list')).stdout).toMatch(/\t50 calls a second, 7 batches a day\n$/);
  });

  it('changes a stage in AWS by its secret there', async () => {
    const { inAws, secrets, stored } = await bench();
    const { code, stdout } = await inAws('add', 'acme');
    expect(code).toBe(0);
    expect(secrets.current('reprocess/dev/partner-keys')).toContain(hashOf(stdout));
    expect(stored()).toBe('{}');
  });

  const END = 'a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z, that is still to come';
  it.each([
    [['add', 'Acme'], 2, 'partner: a name must be 1 to 63 of a-z 0-9 -, and not begin with -, got "Acme"'],
    [['remove', 'acme'], 1, 'there is no partner acme: there is none'],
    [['set', 'acme', '--wait', '1'], 1, 'there is no partner acme: there is none'],
    [['remove', 'acme', '--key', 'abc'], 2, '--key must be at least the first 8 hexadecimal digits of a hash, got abc'],
    [['set', 'acme', '--wait', '21'], 2, '--wait must be a whole number of seconds from 0 to 20, or usual, got 21'],
    [['set', 'acme', '--wait', '1.5'], 2, '--wait must be a whole number of seconds from 0 to 20, or usual, got 1.5'],
    [['set', 'acme', '--on-timeout', '500'], 2, '--on-timeout must be 202 or 504, got 500'],
    [['set', 'acme'], 2, 'say what to set: --wait, --on-timeout'],
    [['limit', 'acme', '--burst', '0'], 2, '--burst must be a whole number from 1, or usual, got 0'],
    [['limit', 'acme'], 2, 'say what to limit: --calls-per-second, --burst, --batches-per-day'],
    [['add', 'acme', '--expires-old', 'tomorrow'], 2, `--expires-old must be ${END}, got tomorrow`],
    [['add', 'acme', '--expires-old', '2020-01-01'], 2, `--expires-old must be ${END}, got 2020-01-01`],
    [['add'], 2, "missing required argument 'name'; see reprocess --help"],
    [['add', 'acme', '--wait', '1'], 2, "unknown option '--wait'; see reprocess --help"],
    [['rename', 'acme'], 2, "unknown command 'rename' (Did you mean remove?); see reprocess --help"],
  ])('changes nothing and says why, given %j', async (args, code, message) => {
    const { partner, stored } = await bench();
    expect(await partner(...args)).toEqual({ code, stdout: '', stderr: `reprocess: ${message}\n` });
    expect(stored()).toBe('{}');
  });

  it('leaves a secret alone that the API could not read either', async () => {
    const { partner, stored } = await bench('{"acme":{"keys":[{"sha256":"abc"}]}}');
    const { code, stderr } = await partner('add', 'hooli');
    expect([code, stderr]).toEqual([
      1,
      'reprocess: the secret is of no use: keys.0.sha256: must be a SHA-256 as 64 hexadecimal digits\n',
    ]);
    expect(stored()).toBe('{"acme":{"keys":[{"sha256":"abc"}]}}');
  });

  it('says that nothing runs, or that the stage is not deployed', async () => {
    const port = await freePort();
    const { code, stderr } = await runHere(['partner', 'list', '--stage', 'local', '--port', String(port)]);
    expect([code, stderr]).toEqual([5, `reprocess: nothing listens on 127.0.0.1:${port + 3}: is npm start running?\n`]);
    const secrets = await startSecretsManager({ secrets: {} });
    onTestFinished(secrets.close);
    const other = String(Number(new URL(secrets.url).port) - OFFSETS.secretsManager);
    expect((await runHere(['partner', 'list', '--stage', 'local', '--port', other])).stderr).toBe(
      `reprocess: there is no secret ${LOCAL} in this account and region: deploy the stage first\n`,
    );
  });
});

describe('changes at the same time', () => {
  it('lose none of each other', async () => {
    const { client, stored } = await bench();
    const names = Array.from({ length: 8 }, (_, index) => `partner-${index}`);
    await Promise.all(
      names.map((name) =>
        changeSecret(client, LOCAL, (text) => JSON.stringify(addKey(parseKeyRing(text), name, name))),
      ),
    );
    expect(Object.keys(JSON.parse(stored() ?? '')).toSorted()).toEqual(names);
  });

  it('are made on what another one wrote between reading and writing', async () => {
    const { client, secrets, stored } = await bench();
    let interruptions = 0;
    await changeSecret(client, LOCAL, (text) => {
      // Another person, between this one's reading and writing.
      if (interruptions < 2)
        secrets.put(
          LOCAL,
          JSON.stringify(addKey(parseKeyRing(text), `other-${interruptions}`, `key-${interruptions}`)),
        );
      interruptions += 1;
      return JSON.stringify(addKey(parseKeyRing(text), 'acme', 'key'));
    });
    expect(interruptions).toBe(3);
    expect(Object.keys(JSON.parse(stored() ?? ''))).toEqual(['other-0', 'other-1', 'acme']);
  });

  it('are made once, also when the response to the change is lost', async () => {
    const { client, secrets, stored } = await bench();
    // Moved behind the SDK's back, as if its first attempt had done it.
    beforeMove(client, (version) => secrets.makeCurrent(LOCAL, version));
    let changes = 0;
    await changeSecret(client, LOCAL, (text) => {
      changes += 1;
      return JSON.stringify(addKey(parseKeyRing(text), 'acme', 'key'));
    });
    expect(changes).toBe(1);
    expect(Object.keys(JSON.parse(stored() ?? ''))).toEqual(['acme']);
  });
});

describe('a change that may not be made', () => {
  it('is reported as AWS has it, and the secret stays as it was', async () => {
    const { client, secrets, stored } = await bench();
    beforeMove(client, () => secrets.fail({ times: 1, status: 400, type: 'AccessDeniedException', message: 'no' }));
    const change = changeSecret(client, LOCAL, (text) => JSON.stringify(addKey(parseKeyRing(text), 'acme', 'key')));
    await expect(change).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(stored()).toBe('{}');
  });
});

/** Does something just before a version is made the current one. */
function beforeMove(client: SecretsManagerClient, act: (version: string) => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { MoveToVersionId: version } = args.input as { readonly MoveToVersionId?: string };
      if (version !== undefined) act(version);
      return next(args);
    },
    { step: 'initialize' },
  );
}

it('the running service lets a new partner in, though it has read the keys before', async () => {
  const variables = { PARTNER_KEYS_TTL_SECONDS: '1' };
  const assembly = await editedAssembly((resources) => changeFunction(resources, 'ApiHandler', { variables }));
  const { port, service } = await startLocal({ assembly });
  onTestFinished(() => service.stop(0));
  const callWith = async (key: string) => {
    const headers = { 'x-api-key': key };
    return (await fetch(`${service.addresses.api}/v3/images/some-image/requests`, { headers })).status;
  };
  expect(await callWith('of-nobody')).toBe(401);
  const { stdout } = await runHere(['partner', 'add', 'acme', '--stage', 'local', '--port', String(port)]);
  // As long as its memory of the keys lasts, for real.
  await expect.poll(() => callWith(stdout.trim()), { interval: 200 }).toBe(200);
});

it('a change that changes nothing makes no version of the secret', async () => {
  const sent: string[] = [];
  const send = async (command: object) => {
    sent.push(command.constructor.name);
    return { SecretString: '{}', VersionId: 'v-1' };
  };
  await changeSecret({ send } as unknown as SecretsManagerClient, 'keys', (text) => text);
  expect(sent).toEqual(['GetSecretValueCommand']);
});
