import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultProvider, environmentCredentials } from '../../../functions/adapters/environment-credentials.ts';

afterEach(() => void vi.unstubAllEnvs());

function set(id: string | undefined, secret: string | undefined, token?: string) {
  vi.stubEnv('AWS_ACCESS_KEY_ID', id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
  vi.stubEnv('AWS_SESSION_TOKEN', token);
}

describe('credentials', () => {
  it('are a role’s, as Lambda puts them into the environment', async () => {
    set('id', 'secret', 'token');
    expect(await environmentCredentials()).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
  });

  it.each([undefined, ''])('are a key pair alone where the token is %j', async (token) => {
    set('id', 'secret', token);
    expect(await environmentCredentials()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  });

  it.each([
    [undefined, 'secret'],
    ['id', undefined],
    ['', 'secret'],
  ])('that are incomplete are named, and not shown', async (id, secret) => {
    set(id, secret, 'token');
    await expect(environmentCredentials()).rejects.toThrow(
      /^AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set, as Lambda sets them$/,
    );
  });

  it('are what the SDK’s clients take by default', async () => {
    set('id', 'secret');
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  });
});
