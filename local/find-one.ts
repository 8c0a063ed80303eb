/** The one of this name, or the only one with this in its name. @throws Error that says which there are */
export function findOne<Named extends { readonly name: string }>(all: readonly Named[], name: string): Named {
  const exact = all.find((each) => each.name === name);
  if (exact !== undefined) return exact;
  const [found, ...more] = all.filter((each) => each.name.includes(name));
  if (found !== undefined && more.length === 0) return found;
  throw new Error(`${name} must be the name of one of ${all.map((each) => each.name).join(', ')}`);
}
