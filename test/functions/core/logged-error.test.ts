import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import { loggedError } from '../../../functions/core/logged-error.ts';

// As AWS words it, the call as it should have been signed below its first line.
const MISMATCH =
  "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:canary-token\n";

describe('an error in a log line', () => {
  it('is its name and text, and those of what is behind it', () => {
    const cause = Object.assign(new Error('no'), { name: 'AccessDenied' });
    const logged = { error: 'DependencyUnavailable: the ledger could not be used', cause: 'AccessDenied: no' };
    expect(loggedError(new DependencyUnavailable('ledger', cause))).toEqual(logged);
  });

  it.each(['\n', '\r\n', '\r'])('shows nothing of the call that AWS quotes behind %j', (lineBreak) => {
    const quoting = new Error(MISMATCH.replaceAll('\n', lineBreak));
    for (const error of [quoting, new DependencyUnavailable('result queue', quoting)]) {
      expect(JSON.stringify(loggedError(error))).toContain('we calculated does not match');
      expect(JSON.stringify(loggedError(error))).not.toMatch(/canary|Canonical/);
    }
  });

  it.each([undefined, null, 'text', 5])('may be %j, which is none', (thrown) => {
    expect(loggedError(thrown)).toEqual({ error: String(thrown), cause: undefined });
  });
});
