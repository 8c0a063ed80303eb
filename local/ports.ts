/** A local server could not have its port. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

/** The HTTP API's, unless another is chosen. */
export const USUAL_PORT = 8787;

/** How far behind the HTTP API's port the others have theirs. */
export const OFFSETS = { sqs: 1, dynamodb: 2, secretsManager: 3, sandbox: 4 } as const;

/** Every local server listens here, and nowhere that another machine could reach. */
export const HOST = '127.0.0.1';

/**
 * Begins to listen, and says in one sentence what is wrong when the port is taken.
 * @param port 0: any that is free
 * @throws PortInUse
 */
export async function claimPort<Result>(purpose: string, port: number, listen: () => Promise<Result>): Promise<Result> {
  try {
    return await listen();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const sentence = `port ${port} is taken by another program and is needed for ${purpose}: choose others with --port N`;
    throw new PortInUse(sentence, { cause: error });
  }
}
