/** Does nothing: what the runtime itself costs. */
export async function handler() {
  return { batchItemFailures: [] };
}
