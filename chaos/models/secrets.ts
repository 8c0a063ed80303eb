/** The response of Secrets Manager in place of a secret. */
export class SecretsError extends Error {
  override readonly name: string;
  readonly $fault = 'client';

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Secrets with versions: the newest is AWSCURRENT, the one before it AWSPREVIOUS. */
export interface Secrets {
  put(secretId: string, value: string): void;
  /** @throws SecretsError; Error for what this model does not know */
  respond(operation: string, input: unknown): object;
}

export function createSecrets(): Secrets {
  const versions = new Map<string, string[]>();

  return {
    put(secretId, value) {
      versions.set(secretId, [value, ...(versions.get(secretId) ?? [])]);
    },
    respond(operation, input) {
      if (operation !== 'GetSecretValue') throw new Error(`the model of Secrets Manager does not know ${operation}`);
      const { SecretId = '', VersionStage = 'AWSCURRENT' } = input as { SecretId?: string; VersionStage?: string };
      const values = versions.get(SecretId) ?? [];
      const age = ['AWSCURRENT', 'AWSPREVIOUS'].indexOf(VersionStage);
      const value = values[age];
      if (value === undefined) {
        const reason = `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`;
        throw new SecretsError('ResourceNotFoundException', reason);
      }
      return {
        Name: SecretId,
        SecretString: value,
        VersionId: `v${values.length - age}`,
        VersionStages: [VersionStage],
      };
    },
  };
}
