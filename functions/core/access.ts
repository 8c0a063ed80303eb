import type { Partner } from './partner-keys.ts';

// Who may see and do what, by the role of the key that was presented. An operator sees everything.

/** Whose new work a caller's is: its own, or the service's when an operator hands it over. */
export function ownerOf(caller: Partner): string | undefined {
  return mayOperate(caller) ? undefined : caller.name;
}

/** Whether somebody may see and do what concerns the whole service. */
export function mayOperate({ role }: Pick<Partner, 'role'>): boolean {
  return role === 'operator';
}

/** @param owner the partner that something belongs to; undefined when it is the service's own */
export function maySee(caller: Partner, owner: string | undefined): boolean {
  return mayOperate(caller) || owner === caller.name;
}
