import { describe, expect, it } from 'vitest';
import { createLogger, type LoggerParts } from '../../../functions/adapters/logger.ts';
import { standingClock } from '../../support/fixtures.ts';

function listen(level: LoggerParts['level']) {
  const lines: string[] = [];
  const logger = createLogger({
    level,
    facts: { stage: 'test' },
    clock: standingClock(),
    write: (line) => lines.push(line),
  });
  return { logger, lines };
}

describe('the logger', () => {
  it('writes one JSON line each, with what every line carries', () => {
    const { logger, lines } = listen('info');
    logger.info('the request ended', { request_id: 'r' });
    expect(lines).toEqual([
      '{"level":"info","message":"the request ended","timestamp":"2026-11-22T12:00:00.000Z","stage":"test","request_id":"r"}\n',
    ]);
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = listen('warn');
    logger.info('a');
    logger.warn('b');
    logger.error('c');
    expect(lines).toHaveLength(2);
  });

  it('lets no value forge a line', () => {
    const { logger, lines } = listen('info');
    logger.info('x', { image: 'a\r\n{"level":"error"}\u001b[31m\u2028' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).toMatch(/^[^\r\n\p{Cc}]*$/u);
  });
});
