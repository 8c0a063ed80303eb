import { expect, it } from 'vitest';
import { createSecrets } from '../../chaos/models/secrets.ts';

const read = (more: object = {}) => ['GetSecretValue', { SecretId: 'key', ...more }] as const;

it('a secret has a current version and the one before it', () => {
  const secrets = createSecrets();
  for (const value of ['first', 'second', 'third']) secrets.put('key', value);
  expect(secrets.respond(...read())).toMatchObject({ SecretString: 'third', VersionId: 'v3' });
  const previous = { SecretString: 'second', VersionId: 'v2', VersionStages: ['AWSPREVIOUS'] };
  expect(secrets.respond(...read({ VersionStage: 'AWSPREVIOUS' }))).toMatchObject(previous);
});

it('a secret without a version is not found, as Secrets Manager says it', () => {
  const found = () => createSecrets().respond(...read());
  expect(found).toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
});

it('an operation that the model does not know is an error, and no response', () => {
  expect(() => createSecrets().respond('PutSecretValue', {})).toThrow('does not know PutSecretValue');
});
