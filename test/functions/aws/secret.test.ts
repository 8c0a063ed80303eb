import { describe, expect, it } from 'vitest';
import { parseApiKey } from '../../../functions/adapters/secrets/api-key.ts';
import { readSecret } from '../../../functions/adapters/secrets/read-secret.ts';
import { systemClock } from '../../../functions/adapters/system-clock.ts';
import { CLIENTS } from './clients.ts';
import { refuses, says, startAws } from './support.ts';

describe('a secret that cannot be read', () => {
  const read = (url: string) => {
    const send = CLIENTS.secretsmanager(url).ours as never;
    return readSecret({ send, secretId: 'key', parse: parseApiKey, example: '<key>', clock: systemClock });
  };

  it('tells why in AWS’s own words', async () => {
    const words = 'User: arn:aws:sts::1:assumed-role/worker is not authorized';
    const { url } = await startAws(refuses(400, 'AccessDeniedException', words));
    await expect(read(url)).rejects.toThrow(`could not be read: AccessDeniedException: ${words}`);
  });

  it('was never filled where Secrets Manager knows no value of it', async () => {
    const { url } = await startAws(refuses(400, 'ResourceNotFoundException'));
    await expect(read(url)).rejects.toThrow('was never filled');
  });

  it('shows nothing of an answer that is no JSON', async () => {
    const { url } = await startAws(says(200, '{"SecretString":"s3cr3t'));
    await expect(read(url)).rejects.toThrow(/could not be read: SyntaxError$/);
  });
});
