import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createScreen } from '../../../local/terminal/screen.ts';

/** What a terminal of one's own would show: `\r` goes back to the line's beginning, and the code behind it clears the line. */
function shown(written: string): readonly string[] {
  return written.split('\n').map((line) => line.split('\r\u001b[K').at(-1) ?? '');
}

function bench(terminal: { readonly isTTY?: boolean; readonly columns?: number }) {
  let written = '';
  const stream = () => {
    const each = Object.assign(new PassThrough(), terminal);
    each.on('data', (chunk) => {
      written += chunk;
    });
    return each;
  };
  return { screen: createScreen({ out: stream(), err: stream() }), written: () => written };
}

describe('the last line', () => {
  it('is written anew on a terminal, and stays below what is printed, to stderr too', () => {
    const { screen, written } = bench({ isTTY: true, columns: 80 });
    screen.print('first');
    screen.status('  1 of 3');
    screen.row({ cells: [], text: 'second' });
    screen.status('  2 of 3');
    screen.trouble({ cells: [], text: 'third' });
    expect(shown(written())).toEqual(['first', '  second', '  third', '  2 of 3']);
  });

  it('is gone when there is nothing to say', () => {
    const { screen, written } = bench({ isTTY: true, columns: 80 });
    screen.status('  1 of 3');
    screen.status('');
    screen.print('end');
    expect(shown(written())).toEqual(['end', '']);
  });

  it('is shorter than the terminal is wide, so that it can be cleared', () => {
    const { screen, written } = bench({ isTTY: true, columns: 10 });
    screen.status('  requests/a.csv');
    expect(shown(written())).toEqual(['  reques…']);
  });

  it('counts a character of East Asia as two columns', () => {
    const { screen, written } = bench({ isTTY: true, columns: 10 });
    screen.status('文文文文文文');
    expect(shown(written())).toEqual(['文文文文…']);
  });

  it('and all others are not printed after the reader has gone', () => {
    const { screen, written } = bench({ isTTY: true, columns: 80 });
    screen.mute();
    screen.status('  1 of 3');
    screen.print('first');
    screen.trouble({ cells: [], text: 'second' });
    expect(written()).toBe('');
  });

  it('is not there in a pipe', () => {
    const { screen, written } = bench({});
    screen.print('first');
    screen.status('  1 of 3');
    screen.print('second');
    expect(written()).toBe('first\nsecond\n');
    expect(screen.hasStatus).toBe(false);
  });
});
