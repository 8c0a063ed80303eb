import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changeSecret } from '../../../cli/src/aws/partner/change-secret.ts';
import { addKey, parseKeyRing } from '../../../cli/src/aws/partner/key-ring.ts';
import { secretsManagerOf } from '../../../cli/src/aws/place.ts';
import { parsePartnerKeys } from '../../../functions/core/partner-keys.ts';
import { OFFSETS } from '../../../local/ports.ts';
import { startSecretsManager } from '../../../local/secrets-manager.ts';
import { freePort } from '../../local/support/command.ts';
import { startLocal } from '../../operate/support/local-service.ts';
import { runOperate } from '../../operate/support/run.ts';
import { changeFunction, editedAssembly } from '../../support/edited-assembly.ts';

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
    partner: (...args: readonly string[]) =>
      runOperate('partner.ts', [...args, '--stage', 'local', '--port', String(port)]),
    inAws: (...args: readonly string[]) =>
      runOperate('partner.ts', [...args, '--stage', 'dev'], {
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret',
      }),
  };
}

describe('npm run partner', () => {
  it('makes a key, prints it alone to stdout, and stores nothing but its hash', async () => {
    const { partner, stored } = await bench();
    const { status, stdout, stderr } = await partner('add', 'acme');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f]{64}\n$/)]);
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
      status: 0,
      stdout: '',
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
    expect((await partner('list')).stdout).toBe('Nobody may call the HTTP API of local.\n');
    const key = (await partner('add', 'acme')).stdout;
    expect(await partner('list')).toEqual({
      status: 0,
      stdout: `acme  1 key    ${hashOf(key).slice(0, 12)}\n`,
      stderr: '',
    });
    expect(await partner('remove', 'acme')).toMatchObject({ status: 0 });
    expect((await partner('list')).stdout).toBe('Nobody may call the HTTP API of local.\n');
  });

  it('sets how a partner is answered, and sets it back', async () => {
    const { partner, stored } = await bench();
    const keys = [{ sha256: hashOf((await partner('add', 'acme')).stdout) }];
    expect(await partner('set', 'acme', '--wait', '20', '--on-timeout', '504')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'Changed acme on local: it holds within a minute.\n',
    });
    expect(JSON.parse(stored() ?? '')).toEqual({ acme: { keys, wait: 20, on_timeout: 504 } });
    await partner('set', 'acme', '--wait', 'usual', '--on-timeout', '202');
    expect(JSON.parse(stored() ?? '')).toEqual({ acme: { keys } });
  });

  it('changes a stage in AWS by its secret there', async () => {
    const { inAws, secrets, stored } = await bench();
    const { status, stdout } = await inAws('add', 'acme');
    expect(status).toBe(0);
    expect(secrets.current('reprocess/dev/partner-keys')).toContain(hashOf(stdout));
    expect(stored()).toBe('{}');
  });

  it.each([
    [['add', 'Acme'], 'partner: a name must be 1 to 63 of a-z 0-9 -, and not begin with -, got "Acme"'],
    [['remove', 'acme'], 'there is no partner acme: there is none'],
    [['remove', 'acme', '--key', 'abc'], '--key must be at least the first 8 hexadecimal digits of a hash, got "abc"'],
    [['add', 'acme', '--key', '12345678'], '--key is for remove alone, got it with add'],
    [['set', 'acme', '--wait', '21'], '--wait must be a whole number of seconds from 0 to 20, or usual, got "21"'],
    [['set', 'acme', '--wait', '1.5'], '--wait must be a whole number of seconds from 0 to 20, or usual, got "1.5"'],
    [['set', 'acme', '--on-timeout', '500'], '--on-timeout must be 202 or 504, got "500"'],
    [['set', 'acme', '--wait', '1'], 'there is no partner acme: there is none'],
    [['add', 'acme', '--wait', '1'], '--wait is for set alone, got it with add'],
    [['remove', 'acme', '--operator'], '--operator is for add alone, got it with remove'],
    [['list', '--on-timeout', '504'], '--on-timeout is for set alone, got it with list'],
    [['list', '--expires-old', '2999-01-01'], '--expires-old is for add alone, got it with list'],
    [
      ['add', 'acme', '--expires-old', 'tomorrow'],
      '--expires-old must be a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z, that is still to come, got "tomorrow"',
    ],
    [
      ['add', 'acme', '--expires-old', '2020-01-01'],
      '--expires-old must be a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z, that is still to come, got "2020-01-01"',
    ],
  ])('changes nothing and says why, given %j', async (args, message) => {
    const { partner, stored } = await bench();
    // What was typed cannot be understood, or cannot be done.
    const status = message.startsWith('--') ? 2 : 1;
    expect(await partner(...args)).toEqual({ status, stdout: '', stderr: `${message}\n` });
    expect(stored()).toBe('{}');
  });

  it.each([[[]], [['add']], [['list', 'acme']], [['rename', 'acme']], [['add', 'acme', 'hooli']], [['set', 'acme']]])(
    'shows its usage, given %j',
    async (args) => {
      const { status, stdout, stderr } = await (await bench()).partner(...args);
      expect([status, stdout, stderr.split('\n')[0]]).toEqual([
        2,
        '',
        'npm run partner -- add NAME --stage STAGE [--operator] [--expires-old DATE]',
      ]);
    },
  );

  it('leaves a secret alone that the API could not read either', async () => {
    const { partner, stored } = await bench('{"acme":{"keys":[{"sha256":"abc"}]}}');
    const { status, stderr } = await partner('add', 'hooli');
    expect([status, stderr]).toEqual([
      1,
      'the secret is of no use: keys.0.sha256: must be a SHA-256 as 64 hexadecimal digits\n',
    ]);
    expect(stored()).toBe('{"acme":{"keys":[{"sha256":"abc"}]}}');
  });

  it('says that nothing runs, or that the stage is not deployed', async () => {
    const port = await freePort();
    const { stderr } = await runOperate('partner.ts', ['list', '--stage', 'local', '--port', String(port)]);
    expect(stderr).toBe(`nothing listens on 127.0.0.1:${port + 3}: is npm start running?\n`);
    const secrets = await startSecretsManager({ secrets: {} });
    onTestFinished(secrets.close);
    const other = String(Number(new URL(secrets.url).port) - OFFSETS.secretsManager);
    expect((await runOperate('partner.ts', ['list', '--stage', 'local', '--port', other])).stderr).toBe(
      `there is no secret ${LOCAL} in this account and region: deploy the stage first\n`,
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
  const variables = { PARTNER_KEYS_TTL_SECONDS: '5' };
  const assembly = await editedAssembly((resources) => changeFunction(resources, 'ApiHandler', { variables }));
  const { port, service } = await startLocal({ assembly });
  onTestFinished(() => service.stop(0));
  const callWith = async (key: string) => {
    const headers = { 'x-api-key': key };
    return (await fetch(`${service.addresses.api}/v3/images/some-image/requests`, { headers })).status;
  };
  expect(await callWith('of-nobody')).toBe(401);
  const { stdout } = await runOperate('partner.ts', ['add', 'acme', '--stage', 'local', '--port', String(port)]);
  // As long as its memory of the keys lasts, for real.
  while ((await callWith(stdout.trim())) === 401) await sleep(200);
  expect(await callWith(stdout.trim())).toBe(200);
});
