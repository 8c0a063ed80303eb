import type { Partner } from './partner-keys.ts';

// Who may see and do what, by the role of the key that was presented. An operator sees everything.

/** Whose new work a caller's is: its own, or the service's when an operator hands it over. */
export function ownerOf({ name, role }: Partner): string | undefined {
  return role === 'operator' ? undefined : name;
}

/** @param owner the partner that something belongs to; undefined when it is the service's own */
export function maySee({ name, role }: Partner, owner: string | undefined): boolean {
  return role === 'operator' || owner === name;
}
