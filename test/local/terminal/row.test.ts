import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { describe, expect, it, vi } from 'vitest';
import { type Output, type Row, rowText } from '../../../local/terminal/row.ts';

const IMAGE = '123e4567-e89b-12d3-a456-426614174000';
const row: Row = {
  cells: [
    { text: '10:00:00', format: 'dim' },
    { text: 'image.failed', width: 19, format: 'red' },
    { text: IMAGE, width: 36 },
  ],
  text: 'over http, image is error: Daily enhancement limit reached',
};

function output(properties: { readonly isTTY?: boolean; readonly columns?: number }): Output {
  return Object.assign(new PassThrough(), properties);
}

/** Colours are the environment's choice: a test decides by itself. */
function withEnvironment<Result>(variables: Readonly<Record<string, string | undefined>>, use: () => Result): Result {
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('NODE_DISABLE_COLORS', undefined);
  vi.stubEnv('FORCE_COLOR', undefined);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  try {
    return use();
  } finally {
    vi.unstubAllEnvs();
  }
}

describe('a row in a pipe', () => {
  it('is one line of plain text, however long', () => {
    const text = withEnvironment({}, () => rowText(row, output({})));
    expect(text).toBe(`  10:00:00  image.failed  ${IMAGE}  over http, image is error: Daily enhancement limit reached`);
  });

  it('has colours and no columns where FORCE_COLOR asks for them', () => {
    const text = withEnvironment({ FORCE_COLOR: '1' }, () => rowText(row, output({})));
    expect(text).toContain(`\u001b[31mimage.failed\u001b[39m  ${IMAGE}  over http`);
  });
});

describe('a row on a terminal', () => {
  const plain = (columns: number, given = row) =>
    withEnvironment({ FORCE_COLOR: '0' }, () => rowText(given, output({ isTTY: true, columns })));

  it('is in columns and one line where there is room', () => {
    expect(plain(140)).toBe(
      `  10:00:00  image.failed         ${IMAGE}  over http, image is error: Daily enhancement limit reached`,
    );
  });

  it('goes on below, under the second column, at 80 columns', () => {
    expect(plain(80)).toBe(
      `  10:00:00  image.failed         ${IMAGE}
            over http, image is error: Daily enhancement limit reached`,
    );
  });

  it('works at 40 columns, where the image id is below as well', () => {
    const text = plain(40);
    expect(text).toBe(`  10:00:00  image.failed
    ${IMAGE}
    over http, image is error: Daily
    enhancement limit reached`);
    expect(text.split('\n').filter((line) => line.length > 40)).toEqual([]);
  });

  it('takes a terminal that does not know its width for one of 80 columns', () => {
    expect(plain(0)).toBe(plain(80));
  });

  it('has colours', () => {
    const text = withEnvironment({}, () => rowText(row, output({ isTTY: true, columns: 140 })));
    expect(text).toContain('\u001b[31mimage.failed\u001b[39m');
  });

  it('has columns without colours where NO_COLOR asks for that', () => {
    const { getColorDepth } = WriteStream.prototype;
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 140, getColorDepth });
    const text = withEnvironment({ NO_COLOR: '1' }, () => rowText(row, terminal));
    expect(text).toBe(plain(140));
  });

  it('shows hashes by their beginning', () => {
    expect(plain(140, { cells: [], text: `request http:${'a'.repeat(64)}` })).toBe(`  request http:${'a'.repeat(12)}…`);
  });
});

it('a row without an output is plain text', () => {
  const text = withEnvironment({ FORCE_COLOR: '1' }, () => rowText(row));
  expect(text).not.toContain('\u001b[');
});

it('nothing in a row steers a terminal or begins another line', () => {
  const text = rowText({ cells: [{ text: 'a\u001b[2J' }], text: 'b\nc\u009b1m\u2028' });
  expect(text).toBe('  a\\u001b[2J  b\\u000ac\\u009b1m\\u2028');
});
