import { createServer } from 'node:http';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseApiKey } from '../../../../functions/adapters/secrets/api-key.ts';
import { readSecret } from '../../../../functions/adapters/secrets/read-secret.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import { listen } from '../raw-server.ts';

/** Reads a secret through the SDK's client from a Secrets Manager that answers this. */
async function read(status: number, body: string) {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  });
  const client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${await listen(server)}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  onTestFinished(() => client.destroy());
  const send: typeof client.send = client.send.bind(client);
  return readSecret({ send, secretId: 'key', parse: parseApiKey, example: '<key>', clock: systemClock });
}

const refusal = (name: string, message: string) => JSON.stringify({ __type: name, Message: message });

describe('a secret', () => {
  it('is read', async () => {
    expect(await read(200, '{"SecretString":"the-key"}')).toBe('the-key');
  });

  it('leaves no timer behind once it was read', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const sleep = (_: number, signal?: AbortSignal) => {
      signals.push(signal);
      return new Promise<void>(() => {});
    };
    const send = async () => ({ SecretString: 'the-key', $metadata: {} });
    await readSecret({ send, secretId: 'key', parse: parseApiKey, example: '<key>', clock: { sleep } });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  it('that cannot be read says why in AWS’s own words', async () => {
    const words = 'User: arn:aws:sts::1:assumed-role/worker is not authorized';
    const reason = `could not be read: AccessDeniedException: ${words}`;
    await expect(read(400, refusal('AccessDeniedException', words))).rejects.toThrow(reason);
  });

  it('was never filled where Secrets Manager knows no value of it', async () => {
    await expect(read(400, refusal('ResourceNotFoundException', ''))).rejects.toThrow('was never filled');
  });

  it('whose response is not JSON is not shown', async () => {
    await expect(read(200, '{"SecretString":"s3cr3t')).rejects.toThrow(/could not be read: SyntaxError$/);
  });
});
