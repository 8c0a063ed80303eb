/** A local server could not have its port. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

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
