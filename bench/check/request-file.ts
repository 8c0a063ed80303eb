import { closeSync, openSync, writeSync } from 'node:fs';

export interface RequestFilePlan {
  readonly format: string;
  readonly lines: number;
  /** With images that come twice, refused lines, an unknown field and metadata of its own on each line. */
  readonly isMixed: boolean;
}

const PIECE_LINES = 10_000;

/** About a hundred bytes a line. */
export function writeRequestFile(path: string, plan: RequestFilePlan): void {
  const { format, lines, isMixed } = plan;
  const out = openSync(path, 'w');
  if (format === 'csv')
    writeSync(
      out,
      `image_id,ai_version,${isMixed ? 'enhance_typ' : 'enhance_type'},upscale,rating${isMixed ? ',metadata.listing' : ''}\n`,
    );
  for (let first = 0; first < lines; first += PIECE_LINES) {
    const rows = Array.from({ length: Math.min(PIECE_LINES, lines - first) }, (_, index) => row(first + index, plan));
    writeSync(out, `${rows.join('\n')}\n`);
  }
  closeSync(out);
}

function row(n: number, { format, isMixed }: RequestFilePlan): string {
  const image = isMixed && n % 10 === 9 ? n - 9 : n;
  const id = `00000000-0000-4000-8000-${String(image).padStart(12, '0')}`;
  const rating = isMixed && n % 100 === 50 ? 7 : n % 6;
  if (format === 'csv') return `${id},4.x,neutral,true,${rating}${isMixed ? `,listing ${n}` : ''}`;
  const more = isMixed ? { enhance_typ: 'neutral', metadata: { listing: n } } : { enhance_type: 'neutral' };
  return JSON.stringify({ image_id: id, preferences: { ai_version: '4.x', ...more, upscale: true, rating } });
}
