/**
 * Does something with each, with some of them at once. After a failure none is begun any more. Settles when none is under way:
 * what went on after its invocation had ended would do so unseen.
 */
export async function concurrently<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = [...items].values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of left) {
      if (failures.length > 0) return;
      await work(item).catch((error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  if (failures.length > 0) throw failures[0];
}

/** As `Promise.all`, but settles when none is under way, for the same reason. */
export async function together<Values extends readonly unknown[]>(
  ...values: Values
): Promise<{ -readonly [Place in keyof Values]: Awaited<Values[Place]> }> {
  await Promise.allSettled(values);
  return Promise.all(values);
}
