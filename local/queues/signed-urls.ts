import type { buildApp } from 'fauxqs';

/** `20261122T120000Z` */
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Ends signed URLs when their time is over, as S3 does. fauxqs (2.4.1) takes them for ever. Signatures are not checked. */
export function endSignedUrls(app: ReturnType<typeof buildApp>, now: () => number): void {
  app.addHook('onRequest', async ({ query }, reply) => {
    const { 'X-Amz-Date': date, 'X-Amz-Expires': seconds } = (query ?? {}) as Readonly<Record<string, string>>;
    if (date === undefined || seconds === undefined || now() <= signedAt(date) + Number(seconds) * 1000) return;
    // A returned reply ends the call.
    return reply.code(403).type('application/xml').send(EXPIRED);
  });
}

const EXPIRED =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';

function signedAt(date: string): number {
  const [, ...parts] = DATE.exec(date) ?? [];
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
