import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { createSandbox, type Sandbox } from '../../local/sandbox/server.ts';

const KEY = 'sandbox-key';
const { house, garden, kitchen } = KNOWN_IMAGES;
const DAY_MS = 86_400_000;

let sandbox: Sandbox;
let now: number;
beforeEach(async () => {
  now = Date.parse('2026-11-22T10:00:00Z');
  sandbox = await createSandbox({ apiKey: KEY, processingMs: 5_000, dailyLimit: 3, now: () => now });
});
afterEach(() => sandbox.close());

describe('an image', () => {
  test('begins with the documented defaults', async () => {
    const { body } = await read(house.id);
    expect(body).toMatchObject({
      image_id: house.id,
      date_added: now,
      enhance: true,
      lens_correction: true,
      vertical_correction: true,
      status: 'processed',
      status_reason: null,
      order_id: null,
    });
  });

  test('is returned with every documented field', async () => {
    const fields =
      'ai_version cloud_type date_added downloaded enhance enhance_type finetune_settings image_id image_name ' +
      'lens_correction metadata order_id privacy rating scene sky_replacement status status_reason upscale user_id ' +
      'vertical_correction window_pull';
    const { body } = await process(house.id, {});
    expect(Object.keys(body).sort()).toEqual(fields.split(' '));
  });

  test('keeps what a request leaves out, and takes what it sends', async () => {
    await process(garden.id, { enhance_type: 'neutral', rating: 4 });
    const { body } = await process(garden.id, { cloud_type: 'LOW_CLOUD' });
    const kept = { ai_version: '4.7', scene: 'exterior', sky_replacement: true };
    expect(body).toMatchObject({ ...kept, enhance_type: 'neutral', rating: 4, cloud_type: 'LOW_CLOUD' });
  });

  test('keeps its preferences apart from every other image', async () => {
    await process(garden.id, { enhance_type: 'neutral' });
    expect((await read(kitchen.id)).body).toMatchObject({ ...kitchen.preferences });
  });

  test('keeps and returns undocumented fields, digit by digit', async () => {
    const sent = '{"hdr":true,"metadata":{"listing":12345678901234567890}}';
    const response = await send('POST', `/v3/images/${house.id}/process`, sent);
    const text = await response.text();
    expect(text).toContain('"hdr":true');
    expect(text).toContain('12345678901234567890');
  });

  test('cannot be given another id, date or status by a request', async () => {
    const { body } = await process(house.id, { image_id: 'x', date_added: 1, status: 'expired', downloaded: true });
    expect(body).toMatchObject({ image_id: house.id, date_added: now, status: 'processing', downloaded: false });
  });

  test('is processing, and after its time processed', async () => {
    expect((await process(house.id, {})).body).toMatchObject({ status: 'processing' });
    now += 4_999;
    expect((await read(house.id)).body).toMatchObject({ status: 'processing' });
    now += 1;
    expect((await read(house.id)).body).toMatchObject({ status: 'processed', status_reason: null });
  });

  test('beyond the daily limit is taken all the same, and ends in error with its reason', async () => {
    for (let count = 0; count < 3; count += 1) await process(garden.id, {});
    expect(await process(house.id, {})).toMatchObject({ status: 200, body: { status: 'processing' } });
    now += 5_000;
    const over = { status: 'error', status_reason: expect.stringContaining('limit') };
    expect((await read(house.id)).body).toMatchObject(over);
    expect((await read(garden.id)).body).toMatchObject({ status: 'processed' });
    now += DAY_MS;
    await process(house.id, {});
    now += 5_000;
    expect((await read(house.id)).body).toMatchObject({ status: 'processed' });
  });

  test('that was added is known, with the preferences that it was given', async () => {
    sandbox.addImage({ id: 'mine', preferences: { ai_version: '3.5' } });
    expect(await process('mine', {})).toMatchObject({ status: 200, body: { ai_version: '3.5', enhance: true } });
    expect(sandbox.image('mine')).toMatchObject({ ai_version: '3.5' });
  });

  test('that was not added is known when any is accepted', async () => {
    const open = await createSandbox({ apiKey: KEY, acceptAnyImage: true });
    const response = await fetch(`${open.url}/v3/images/any.id~1`, { headers: { 'x-api-key': KEY } });
    expect(await response.json()).toMatchObject({ image_id: 'any.id~1' });
    await open.close();
  });
});

describe('a refusal', () => {
  test.each([
    ['a missing key', {}, 'the API key is missing'],
    ['a wrong key', { 'x-api-key': 'other' }, 'the API key is wrong'],
  ])('of %s is a 401', async (_case, headers, detail) => {
    const response = await fetch(`${sandbox.url}/v3/images/${house.id}`, { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: 'Unauthorized', detail });
  });

  test.each(['process', 'read'])('of an unknown image is a 404 (%s)', async (call) => {
    const answer = call === 'process' ? await process('nobody', {}) : await read('nobody');
    expect(answer).toEqual({
      status: 404,
      body: { message: 'Image not found', detail: 'there is no image nobody' },
    });
  });

  test.each([
    ['PATCH', `/v3/images/${house.id}/process`, 405],
    ['GET', `/v3/images/${house.id}/process`, 405],
    ['POST', `/v3/images/${house.id}`, 405],
    ['POST', '/v3/images', 404],
    ['POST', '/v3/images/%zz/process', 404],
    ['POST', `/v2/images/${house.id}/process`, 404],
  ])('of %s %s is a %d', async (method, path, status) => {
    expect((await send(method, path, method === 'GET' ? null : '{}')).status).toBe(status);
  });

  test.each(['text/plain', 'text/json'])('of a body that is said to be %s is a 415', async (contentType) => {
    const response = await fetch(`${sandbox.url}/v3/images/${house.id}/process`, {
      method: 'POST',
      headers: { 'x-api-key': KEY, 'content-type': contentType },
      body: '{}',
    });
    expect(response.status).toBe(415);
  });

  test.each(['', 'hello', '[]', 'null', '1', '"{}"'])('of the body %j is a 422', async (body) => {
    const response = await send('POST', `/v3/images/${house.id}/process`, body);
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({
      message: 'Validation error',
      detail: { json: { _schema: ['Invalid input type.'] } },
    });
  });

  const range = 'Must be greater than or equal to 0 and less than or equal to 5.';
  test.each([
    [{ rating: 6 }, range],
    [{ rating: -1 }, range],
    [{ rating: 2.5 }, 'Not a valid integer.'],
    [{ rating: '3' }, 'Not a valid integer.'],
    [{ rating: null }, 'Not a valid integer.'],
    [{ ai_version: 4 }, 'Not a valid string.'],
    [{ ai_version: '' }, 'Shorter than minimum length 1.'],
    [{ ai_version: null }, 'Not a valid string.'],
    [{ cloud_type: 'clear' }, 'Must be one of: CLEAR, LOW_CLOUD, HIGH_CLOUD, LOW_CLOUD_LOW_SAT.'],
    [{ enhance: 'true' }, 'Not a valid boolean.'],
    [{ enhance: null }, 'Not a valid boolean.'],
    [{ enhance_type: 'WARM' }, 'Must be one of: property, property_usa, warm, neutral, authentic, modern.'],
    [{ enhance_type: null }, 'Not a valid string.'],
    [{ finetune_settings: [] }, 'Not a valid mapping type.'],
    [{ image_name: 1 }, 'Not a valid string.'],
    [{ lens_correction: 1 }, 'Not a valid boolean.'],
    [{ metadata: 'x' }, 'Not a valid mapping type.'],
    [{ order_id: null }, 'Not a valid string.'],
    [{ privacy: 0 }, 'Not a valid boolean.'],
    [{ sky_replacement: null }, 'Not a valid boolean.'],
    [{ threesixty: 'no' }, 'Not a valid boolean.'],
    [{ upscale: {} }, 'Not a valid boolean.'],
    [{ vertical_correction: null }, 'Not a valid boolean.'],
    [{ window_pull: 'yes' }, 'Not a valid boolean.'],
  ])('of %j names the field and what is wrong with it', async (preferences, problem) => {
    const [field = ''] = Object.keys(preferences);
    expect(await process(house.id, preferences)).toEqual({
      status: 422,
      body: { message: 'Validation error', detail: { json: { [field]: [problem] } } },
    });
  });

  test('names every wrong field, and changes nothing', async () => {
    const before = (await read(house.id)).body;
    const { body } = await process(house.id, { rating: 9, enhance: 1, image_name: 'fine' });
    expect(Object.keys((body as { detail: { json: object } }).detail.json)).toEqual(['rating', 'enhance']);
    expect((await read(house.id)).body).toEqual(before);
  });

  test.each<object>([
    { cloud_type: null },
    { finetune_settings: null },
    { metadata: null },
    { privacy: null },
    { window_pull: null },
    { rating: 0 },
    { rating: 5 },
    { ai_version: '9.x' },
    { enhance_type: 'property', ai_version: 'latest' },
    { cloud_type: 'CLEAR', sky_replacement: false },
    { preset_id: null, restage: {}, toString: 1 },
  ])('is not what %j gets', async (preferences) => {
    expect((await process(house.id, preferences)).status).toBe(200);
  });
});

describe('the calls received', () => {
  test('are listed with request and result, the key masked', async () => {
    await process(house.id, { rating: 3 });
    await read(house.id);
    await process('nobody', {});
    const calls = sandbox.calls();
    expect(calls).toMatchObject([
      {
        number: 1,
        receivedAt: now,
        method: 'POST',
        path: `/v3/images/${house.id}/process`,
        body: '{"rating":3}',
        imageId: house.id,
        key: 'right',
        acted: true,
        actOrder: 1,
        status: 200,
        fault: null,
      },
      { number: 2, method: 'GET', acted: false, actOrder: null, status: 200 },
      { number: 3, imageId: 'nobody', acted: false, status: 404 },
    ]);
    expect(calls[0]?.headers['x-api-key']).toBe('***');
    expect(JSON.stringify(calls)).not.toContain(KEY);
  });

  test('are forgotten on demand, and counted on', async () => {
    await process(house.id, {});
    sandbox.clearCalls();
    await process(house.id, {});
    expect(sandbox.calls()).toMatchObject([{ number: 2, actOrder: 2 }]);
  });
});

test('has the daily limit of an account, unless told otherwise', async () => {
  const usual = await createSandbox({ apiKey: KEY });
  expect(usual.limit.status()).toMatchObject({ limit: 500, windowSeconds: 86_400 });
  await usual.close();
});

test('says of itself what it is', async () => {
  const response = await fetch(sandbox.url);
  expect(response.headers.get('server')).toBe('autoenhance-sandbox');
  expect(await response.json()).toMatchObject({ about: expect.stringContaining('This is a sandbox') });
});

test('says which port is busy', async () => {
  const port = Number(new URL(sandbox.url).port);
  await expect(createSandbox({ apiKey: KEY, port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
});

test('ends calls that hang when it closes', async () => {
  sandbox.fail({ kind: 'hang' });
  sandbox.fail({ kind: 'delay', delayMs: 600_000, call: 'read' });
  const hanging = [process(house.id, {}), read(house.id)].map((call) => call.catch(() => 'ended'));
  while (sandbox.calls().length < 2) await new Promise(setImmediate);
  await sandbox.close();
  expect(await Promise.all(hanging)).toEqual(['ended', 'ended']);
  expect(sandbox.calls()).toMatchObject([{ acted: false }, { acted: false }]);
});

async function process(id: string, preferences: object) {
  return answerOf(await send('POST', `/v3/images/${id}/process`, JSON.stringify(preferences)));
}

async function read(id: string) {
  return answerOf(await send('GET', `/v3/images/${id}`, null));
}

async function answerOf(response: Response): Promise<{ readonly status: number; readonly body: object }> {
  return { status: response.status, body: (await response.json()) as object };
}

function send(method: string, path: string, body: string | null): Promise<Response> {
  const headers = { 'x-api-key': KEY, 'content-type': 'application/json' };
  return fetch(sandbox.url + path, { method, headers, body });
}
