/** Finds an item by its name, or by a part that only its name has. @throws Error that lists all names */
export function findOne<Named extends { readonly name: string }>(all: readonly Named[], name: string): Named {
  const exact = all.find((each) => each.name === name);
  if (exact !== undefined) return exact;
  const [found, ...more] = all.filter((each) => each.name.includes(name));
  if (found !== undefined && more.length === 0) return found;
  throw new Error(`${name} must be the name of one of ${all.map((each) => each.name).join(', ')}`);
}
