/** A local server's port is used by another program. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

/** Of the HTTP API. */
export const DEFAULT_PORT = 8787;

/** The other servers' ports, added to the HTTP API's. */
export const OFFSETS = { sqs: 1, dynamodb: 2, secretsManager: 3, sandbox: 4, eventBridge: 5, receiver: 6 } as const;

/** Every local server listens on this address only, which other machines cannot reach. */
export const HOST = '127.0.0.1';

/**
 * Begins to listen, with a clear error when the port is in use.
 * @param port 0 for any free port
 * @throws PortInUse
 */
export async function claimPort<Result>(purpose: string, port: number, listen: () => Promise<Result>): Promise<Result> {
  try {
    return await listen();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const sentence = `port ${port} is needed for ${purpose}, but another program uses it: choose other ports with --port N`;
    throw new PortInUse(sentence, { cause: error });
  }
}
