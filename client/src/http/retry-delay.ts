const FIRST_MS = 500;
const LONGEST_MS = 8000;

/**
 * Ms before the next attempt: what the service asked for, else twice as long each time. Chance spreads the calls of many clients.
 * @param retries made before
 * @param retryAfter seconds
 * @param random from 0 to 1
 */
export function retryDelay(retries: number, retryAfter: number | undefined, random: number): number {
  if (retryAfter) return retryAfter * 1000 + random * FIRST_MS;
  return Math.min(FIRST_MS * 2 ** retries, LONGEST_MS) * (0.5 + random / 2);
}
