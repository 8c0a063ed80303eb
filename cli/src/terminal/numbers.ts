export function numberText(value: number): string {
  return value.toLocaleString('en-US');
}

export function counted(value: number, thing: string): string {
  return `${numberText(value)} ${thing}${value === 1 ? '' : 's'}`;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A time as a person says it, in the time zone of this machine. */
export function timeText(iso: string | null | undefined, now: number): string {
  if (!iso) return '';
  const at = new Date(iso);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (Math.abs(at.getTime() - now) < DAY_MS / 2) return time;
  const day = at.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
  return `${day} ${time}`;
}

/** How long ago, or how long until then. */
export function ageText(iso: string, now: number): string {
  const minutes = Math.abs(now - Date.parse(iso)) / MINUTE_MS;
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${Math.floor(minutes)}m`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 60 / 24)}d`;
}
