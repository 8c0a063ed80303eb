const NUMBER = new Intl.NumberFormat('en');
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

/** `3,000` */
export function numberText(value: number): string {
  return NUMBER.format(value);
}

/** `3,000 lines`, `1 line` */
export function countText(value: number, one: string, many = `${one}s`): string {
  return `${numberText(value)} ${value === 1 ? one : many}`;
}

/** `26%`: never 100% before all, and never 0% after the first. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return PERCENT.format(0);
  const share = part / whole;
  if (share > 0 && share < 0.01) return '<1%';
  return PERCENT.format(share < 1 ? Math.min(share, 0.99) : 1);
}
