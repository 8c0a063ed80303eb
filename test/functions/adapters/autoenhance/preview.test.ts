import { describe, expect, test } from 'vitest';
import type { Transport } from '../../../../functions/adapters/autoenhance/http-request.ts';
import { decodePicture, redirectOf } from '../../../../functions/adapters/autoenhance/picture-codec.ts';
import { createImages, failureOf, IMAGE, KEY, limits, startSandbox } from './support.ts';

const textOf = ({ content }: { readonly content: string }) => Buffer.from(content, 'base64').toString();

describe("reading an image's preview", () => {
  test.each(['original', 'enhanced'] as const)('of the %s follows where it lies, without the key', async (kind) => {
    const sandbox = await startSandbox();
    const picture = await createImages({ baseUrl: sandbox.url }).readPreview(IMAGE, kind, limits());
    expect(picture.contentType).toBe('image/svg+xml');
    expect(textOf(picture)).toContain(`${kind}: ${IMAGE}`);
    expect(sandbox.calls().map(({ path, key }) => [path, key])).toEqual([
      [`/v3/images/${IMAGE}/${kind}`, 'right'],
      [`/assets/${IMAGE}/${kind}`, 'missing'],
    ]);
  });

  test('never buys the image', async () => {
    const sandbox = await startSandbox();
    await createImages({ baseUrl: sandbox.url }).readPreview(IMAGE, 'enhanced', limits());
    expect(sandbox.image(IMAGE)).toMatchObject({ downloaded: false });
    await fetch(`${sandbox.url}/v3/images/${IMAGE}/enhanced?preview=false`, { headers: { 'x-api-key': KEY } });
    expect(sandbox.image(IMAGE)).toMatchObject({ downloaded: true });
  });

  test.each([
    ['nobody knows', 'unknown', { code: 'refused_for_good', refusal: { status: 404 } }],
    ['was never uploaded', 'waiting', { code: 'refused_for_good', refusal: { status: 404 } }],
  ])('of an image that %s is an error', async (_, imageId, error) => {
    const sandbox = await startSandbox({ images: [{ id: 'waiting', status: 'waiting' }] });
    const reading = createImages({ baseUrl: sandbox.url }).readPreview(imageId, 'enhanced', limits());
    expect(await failureOf(reading)).toMatchObject(error);
  });

  test.each<[string, object, RegExp]>([
    ['is no picture', { headers: { 'content-type': 'text/html' }, body: '<html>' }, /its response is no picture/],
    [
      'is too long',
      { headers: { 'content-type': 'image/png' }, body: 'x'.repeat(4 * 1024 * 1024 + 1) },
      /longer than 4194304 bytes/,
    ],
  ])('that %s is an error', async (_, answer, message) => {
    const sandbox = await startSandbox();
    sandbox.fail({ kind: 'status', status: 200, call: 'preview', ...answer });
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).readPreview(IMAGE, 'enhanced', limits()));
    expect([error.code, error.message]).toEqual(['refused_for_now', expect.stringMatching(message)]);
  });

  test('follows a redirect from where that came from, and shows the key to the endpoint alone', async () => {
    const locations = ['https://files.example/a/b', '../c'];
    const asked: [string, boolean][] = [];
    const transport: Transport = async ({ url, headers }) => {
      asked.push([url, 'x-api-key' in headers]);
      const location = locations.shift();
      if (location !== undefined) return { status: 302, headers: { location }, body: '', truncated: false };
      return { status: 200, headers: { 'content-type': 'image/png' }, body: 'x', truncated: false };
    };
    await createImages({ baseUrl: 'https://api.example', transport }).readPreview('villa', 'original', limits());
    expect(asked).toEqual([
      [expect.stringMatching(/^https:\/\/api\.example\/v3\/images\/villa\/original\?/), true],
      ['https://files.example/a/b', false],
      ['https://files.example/c', false],
    ]);
  });

  test('that is redirected for ever is given up', async () => {
    const sandbox = await startSandbox();
    const headers = { location: `${sandbox.url}/assets/${IMAGE}/enhanced` };
    sandbox.fail({ kind: 'status', status: 307, call: 'preview', headers });
    const error = await failureOf(createImages({ baseUrl: sandbox.url }).readPreview(IMAGE, 'enhanced', limits()));
    expect(error).toMatchObject({ code: 'refused_for_now', refusal: { status: 307 } });
    expect(sandbox.calls()).toHaveLength(4);
  });
});

test.each([
  ['https://api.example/v3', '/file', 'https://api.example/file'],
  ['https://api.example/v3', 'https://files.example/a?b=c', 'https://files.example/a?b=c'],
  ['https://api.example/v3', 'http://files.example/a', undefined],
  ['https://api.example/v3', 'file:///etc/passwd', undefined],
  ['http://127.0.0.1:1', 'http://127.0.0.1:1/a', 'http://127.0.0.1:1/a'],
  ['https://api.example/v3', '', undefined],
])('from %s, the redirect to %j leads to %s', (from, location, target) => {
  const headers = location === '' ? {} : { location };
  expect(redirectOf({ status: 302, headers, body: '', truncated: false }, from)).toBe(target);
});

test('a picture keeps every byte', () => {
  const bytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index));
  const headers = { 'content-type': 'Image/JPEG; charset=binary' };
  const response = { status: 200, headers, body: bytes.toString('latin1'), truncated: false };
  const { contentType, content } = decodePicture(response, 0);
  expect([contentType, Buffer.from(content, 'base64').equals(bytes)]).toEqual(['image/jpeg', true]);
});
