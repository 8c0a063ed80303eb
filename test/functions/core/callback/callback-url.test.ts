import { describe, expect, it } from 'vitest';
import { callbackUrlProblem } from '../../../../functions/core/callback/callback-url.ts';

describe('the URL of a callback', () => {
  it.each([
    'https://example.com',
    'https://example.com:443/hooks?token=1',
    'https://example.com:8443/',
    'https://[2606:4700::1111]/hook',
    'HTTPS://EXAMPLE.COM/',
    `https://example.com/${'x'.repeat(2048 - 20)}`,
  ])('%s is allowed', (url) => {
    expect(callbackUrlProblem(url, 'public')).toBeUndefined();
  });

  it.each<[unknown, string]>([
    ['http://example.com/', 'url must be an https URL of at most 2048 characters, got "http://example.com/"'],
    ['ftp://example.com/', 'must be an https URL'],
    ['javascript:alert(1)', 'must be an https URL'],
    ['//example.com/', 'must be an https URL'],
    [' https://example.com/', 'must be an https URL'],
    [`https://example.com/${'x'.repeat(2049 - 20)}`, 'at most 2048 characters'],
    ['https://', 'must be an https URL'],
    [undefined, 'got nothing'],
    [7, 'got 7'],
    [['https://example.com'], 'got an array'],
    ['https://user@example.com/', 'url must have no user name and no password'],
    ['https://:secret@example.com/', 'url must have no user name and no password'],
    ['https://example.com/#part', 'url must have no fragment, got "#part"'],
    ['https://example.com:80/', 'url must have port 443 or 8443, got "80"'],
    ['https://example.com:22/', 'got "22"'],
    ['https://example.com:9001/', 'got "9001"'],
  ])('%j is refused, and it is said why', (url, why) => {
    expect(callbackUrlProblem(url, 'public')).toContain(why);
  });

  it('shows no password in what is said', () => {
    expect(callbackUrlProblem('https://user:secret@example.com/', 'public')).not.toContain('secret');
  });

  it('may be of plain HTTP and any port on one machine', () => {
    expect(callbackUrlProblem('http://127.0.0.1:9999/', 'any')).toBeUndefined();
    expect(callbackUrlProblem('ftp://127.0.0.1/', 'any')).toBeDefined();
  });
});
