import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { FailedAttempt } from '../../core/processing/failed-attempts.ts';

/** Values without their names: ten attempts take about 600 bytes. */
type Row = readonly [attempt: number, at: number, code: string, status: number | null, nextAttemptAt: number];

export function encodeFailedAttempts(attempts: readonly FailedAttempt[]): string {
  const rows: readonly Row[] = attempts.map(({ attempt, at, code, status = null, nextAttemptAt }) => {
    return [attempt, at, code, status, nextAttemptAt];
  });
  return JSON.stringify(rows);
}

export function decodeFailedAttempts({ S: text }: AttributeValue): readonly FailedAttempt[] {
  const rows: readonly Row[] = JSON.parse(text ?? '[]');
  return rows.map(([attempt, at, code, status, nextAttemptAt]) => {
    return { attempt, at, code, ...(status !== null && { status }), nextAttemptAt };
  });
}
