import { describe, expect, it } from 'vitest';
import { createLogger, type LoggerParts } from '../../../../functions/adapters/telemetry/logger.ts';
import { standingClock } from '../../../support/fixtures.ts';

function listen(level: LoggerParts['level'], awsRequestId: LoggerParts['awsRequestId'] = () => undefined) {
  const lines: string[] = [];
  const logger = createLogger({
    level,
    facts: { stage: 'test' },
    awsRequestId,
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

  it('writes the id of the invocation that is under way, and none in INIT', () => {
    const invocation: { id?: string } = {};
    const { logger, lines } = listen('info', () => invocation.id);
    logger.info('in INIT');
    for (const id of ['aws-1', 'aws-2']) {
      invocation.id = id;
      logger.info('in an invocation');
    }
    const ids = lines.map((line) => JSON.parse(line)).map(({ aws_request_id }) => aws_request_id);
    expect(ids).toEqual([undefined, 'aws-1', 'aws-2']);
    expect(lines[0]).not.toContain('aws_request_id');
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
    const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('');
    const image = `a\r\n{"level":"error"}\u001b[31m\u2028\u2029\ud800${all}`;
    logger.info(`x${image}`, { image });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.slice(0, -1)).toMatch(/^[^\p{Cc}\u2028\u2029\p{Cs}]*$/u);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: `x${image}`, image });
  });

  it('asks for the facts of a debug line only where such lines are written', () => {
    const asked: string[] = [];
    for (const level of ['debug', 'info'] as const) {
      const { logger, lines } = listen(level);
      logger.debug('the endpoint was called', () => {
        asked.push(level);
        return { status: 200 };
      });
      expect(lines.map((line) => JSON.parse(line))).toEqual(
        level === 'debug'
          ? [expect.objectContaining({ level: 'debug', message: 'the endpoint was called', status: 200 })]
          : [],
      );
    }
    expect(asked).toEqual(['debug']);
  });
});
