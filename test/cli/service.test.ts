import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { type Service, startService } from '../../local/service.ts';
import { startReceiver } from '../support/callback-receiver.ts';
import { bareEnvironment, fileWith, type Ran, reprocess } from './support/run.ts';
import { runHere } from './support/run-here.ts';

const { house } = KNOWN_IMAGES;

let service: Service;

beforeAll(async () => {
  const sandbox = { acceptAnyImage: false, processingMs: 100 };
  service = await startService({ sandbox, finishesImages: true, schedulesEveryMs: 1000 });
});

afterAll(() => service?.stop());

const withKey = (apiKey: string) => ({
  ...bareEnvironment(),
  REPROCESS_URL: service.addresses.api,
  REPROCESS_API_KEY: apiKey,
});

/** As the local service's operator, unless the environment is of another. */
function run(args: readonly string[], options: { readonly env?: NodeJS.ProcessEnv; readonly stdin?: string } = {}) {
  return runHere(args, options.env ?? withKey('local-operator-key'), options.stdin);
}

const control = (path: string, body: object) =>
  fetch(`${service.sandbox?.url}/__sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
const linesOf = ({ stdout }: Ran) => stdout.trim().split('\n');
const jsonOf = (ran: Ran) => linesOf(ran).map((line) => JSON.parse(line));

describe('single requests', () => {
  it('are submitted and waited for, and listed', async () => {
    const submitted = await run([
      'submit',
      house.id,
      '--set',
      'enhance_type=warm',
      '--set',
      'rating=5',
      '--wait',
      '--json',
    ]);
    expect(submitted).toMatchObject({ code: 0, stderr: '' });
    const [request] = jsonOf(submitted);
    expect(request).toMatchObject({
      image_id: house.id,
      life: 'finished',
      preferences: { enhance_type: 'warm', rating: 5 },
    });

    const image = await run(['image', house.id]);
    expect(image.stdout).toContain(`finished\tnow\t\thttp\t${request.request_id}`);
    expect(jsonOf(await run(['request', 'list', '--image', house.id, '--since', '1h', '--json']))).toMatchObject([
      { request_id: request.request_id },
    ]);
    expect((await run(['request', 'show', request.request_id])).stdout).toMatch(/^state +finished$/m);
  });

  it('show each attempt that failed', async () => {
    await control('faults', { kind: 'status', status: 503, imageId: house.id, times: 1 });
    const [request] = jsonOf(await run(['submit', house.id, '--set', 'hdr=false', '--wait', '--json']));
    const { stdout } = await run(['request', 'show', request.request_id]);
    expect(stdout).toMatch(/^attempt 1 +2\S+Z: refused_for_now \(503\), waited until 2\S+Z$/m);
  });

  it('that are refused do not keep the others from it, and are sent again', async () => {
    const ran = await run(['submit', 'unknown-1', house.id, '--set', 'hdr=true', '--yes']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^reprocess: unknown-1: /);
    expect(ran.stdout).toContain(`${house.id}  started  http:`);

    await control('images', { id: 'unknown-1' });
    const [failed] = jsonOf(await run(['request', 'list', '--state', 'failed', '--image', 'unknown-1', '--json']));
    const again = await run(['request', 'retry', failed.request_id, '--yes']);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining(`${failed.request_id} again as `) });
  });
});

describe('what failed, with a key', () => {
  it('is listed, shown, foretold and sent again, but not behind a newer request', async () => {
    const images = ['dead-1', 'dead-2'];
    const ids: string[] = [];
    for (const image of images) {
      expect((await run(['submit', image, '--set', 'rating=1'])).code).toBe(1);
      ids.push(jsonOf(await run(['dead', 'list', '--code', 'not_found', '--since', '1h', '--json']))[0].request_id);
    }
    const [first = '', second = ''] = ids;
    expect((await run(['dead', 'list', '--since', '1h'])).stdout).toMatch(/^dead-2\tfailed\t.*\ndead-1\tfailed\t/);
    expect((await run(['dead', 'show', first])).stdout).toMatch(/^code +not_found$/m);

    for (const image of images) await control('images', { id: image });
    expect((await run(['submit', 'dead-2', '--set', 'rating=2', '--wait'])).code).toBe(0);
    const foretold = await run(['dead', 'resubmit', '--code', 'not_found', '--since', '1h', '--dry-run']);
    expect(foretold.code).toBe(1);
    expect(foretold.stdout).toContain(`would be sent  ${first}\n`);
    expect(foretold.stdout).toContain(`refused  ${second}: its image dead-2 has a newer request (http:`);

    const sent = await run(['dead', 'resubmit', '-', first, '--yes', '--json'], { stdin: `${second}\n` });
    expect([sent.code, jsonOf(sent)]).toEqual([
      1,
      [
        { result: 'sent', request: first, as: expect.stringMatching(/^http:[0-9a-f]{64}$/) },
        {
          result: 'refused',
          request: second,
          reason: expect.stringContaining('there is a newer request of its image'),
        },
      ],
    ]);
    const again = await run(['request', 'show', jsonOf(sent)[0].as, '--json']);
    expect(jsonOf(again)).toMatchObject([{ image_id: 'dead-1', preferences: { rating: 1 } }]);
  });

  it.each([
    [['--force'], '--force wants AWS credentials: name the stage by --stage'],
    [['--despite-queue'], '--despite-queue wants AWS credentials'],
    [['--table', 'ledger'], '--table goes with --stage alone'],
  ])('is not sent with %j, which wants more than a key', async (options, sentence) => {
    const ran = await run(['dead', 'resubmit', `http:${'0'.repeat(64)}`, '--yes', ...options]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([2, '', expect.stringContaining(sentence)]);
  });

  it('is not sent by its event, and nothing else is either', async () => {
    const ran = await run(['dead', 'resubmit', '-', '--yes'], { stdin: '{"type":"reprocess.failed"}\n' });
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('an event wants AWS credentials')]);
  });

  it('ends at once with a key that is wrong', async () => {
    const ids = ['1', '2'].map((digit) => `http:${digit.repeat(64)}`);
    const ran = await run(['dead', 'resubmit', ...ids, '--yes'], { env: withKey('wrong') });
    expect([ran.code, ran.stdout, linesOf({ ...ran, stdout: ran.stderr })]).toEqual([4, '', [expect.any(String)]]);
  });
});

describe('batches', () => {
  it('of ids are created, followed and listed', async () => {
    for (const id of ['a-1', 'a-2']) await control('images', { id });
    const args = ['batch', 'create', '--ids', 'a-1', 'a-2', '--set', 'enhance_type=warm', '--name', 'two.ndjson'];
    expect(linesOf(await run([...args, '--dry-run']))[0]).toBe('2 lines: 2 will be sent, 0 refused');
    const created = await run([...args, '--yes', '--watch']);
    expect(created.code).toBe(0);
    expect(created.stderr).toMatch(/2 finished, 0 failed\.\n$/);
    const [id = ''] = linesOf(created);
    expect((await run(['batch', 'list'])).stdout).toContain(`${id}\tfinished\t2\t2\t0\ttwo.ndjson`);

    const again = await run([...args, '--yes']);
    expect(linesOf(again)).toEqual([id]);
    expect(again.stderr).toContain('handed over before as this batch, and nothing new is sent');
  });

  it('of stdin are paused, resumed and cancelled', async () => {
    await run(['pause', '--reason', 'a test', '--until', '1h']);
    const stdin = 'image_id\na-1\na-2\n';
    const ran = await run(['batch', 'create', '-', '--set', 'enhance_type=neutral', '--yes', '--quiet'], { stdin });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const [id = ''] = linesOf(ran);
    expect((await run(['batch', 'pause', id])).stdout).toBe(`${id} is paused\n`);
    expect((await run(['batch', 'resume', id])).stdout).toBe(`${id} is running\n`);
    expect((await run(['batch', 'cancel', id])).stdout).toMatch(new RegExp(`^${id} is (cancelled|running)\n$`));
    expect((await run(['resume'])).code).toBe(0);
  });

  it('of an order leave out what cannot be sent, and say so', async () => {
    await control('orders', { id: 'order-1', images: 3, waiting: 1 });
    const ran = await run(['batch', 'create', '--order', 'order-1', '--set', 'enhance_type=warm', '--dry-run']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/2 lines: 2 will be sent, 0 refused\n1 left out\n {2}\S+: /);
  });

  it('of files of more than one call are checked in parts, with the lines of the file', async () => {
    const rows = Array.from(
      { length: 9000 },
      (_, index) => `image-${index},${'x'.repeat(500)},${index === 8999 ? 9 : 1}`,
    );
    const file = fileWith(`image_id,image_name,rating\n${rows.join('\n')}\n`, 'long.csv');
    const { code, stdout } = await run(['batch', 'create', file, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('9,000 lines: 8,999 will be sent, 1 refused\n  line 9001: rating must be');
    expect(stdout).toContain('checked in parts');
    expect(stdout).toContain('8,999 images, ');
  });
});

describe('the account', () => {
  it('is paused by an operator alone, for a time, and goes on', async () => {
    const partner = { env: withKey('local-demo-key') };
    expect((await run(['pause', '--reason', 'x'], partner)).code).toBe(4);
    expect((await run(['pause', '--reason', 'key exchange', '--until', '30m'])).stdout).toMatch(
      /^The account is paused until /,
    );
    expect((await run(['budget'], partner)).stdout).toMatch(/^paused +key exchange, until /m);
    expect(await run(['resume'])).toMatchObject({
      stdout: 'Calls for the account go on.\n',
      stderr: 'Requests that the pause has put off come back within 15 minutes.\n',
    });
    expect(jsonOf(await run(['budget', '--json'], partner))).toMatchObject([{ limit: 500, paused: null }]);
  });

  it('is checked by the doctor, with role and clock', async () => {
    const operator = await run(['doctor']);
    expect(operator.code).toBe(0);
    expect(operator.stdout).toMatch(/^ok {2}key: valid, an operator's/m);
    expect(operator.stdout).toMatch(/^ok {2}clock: this machine's agrees/m);
    expect((await run(['doctor'], { env: withKey('local-demo-key') })).stdout).toMatch(
      /^ok {2}key: valid, a partner's/m,
    );
    const wrong = await run(['doctor', '--json'], { env: withKey('wrong') });
    expect(wrong.code).toBe(4);
    expect(jsonOf(wrong).at(-1)).toMatchObject({ about: 'reach', state: 'wrong' });
  });

  it('of a running npm start is found by --stage local', async () => {
    const port = new URL(service.addresses.api).port;
    const ran = await reprocess(['budget', '--stage', 'local', '--port', port]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^today +\d+ of 500 used/) });
  });
});

describe('a callback', () => {
  it('is set, tested, shown, and its deliveries are sent again; an operator names whose', async () => {
    const receiver = await startReceiver();
    onTestFinished(receiver.stop);
    const partner = { env: withKey('local-demo-key') };
    receiver.behave(() => ({ status: 401 }));
    const refused = await run(['callback', 'set', receiver.url], partner);
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringMatching(/^whsec_\S+\n$/)]);
    expect(refused.stderr).toContain('the receiver answered 401');
    receiver.trust(refused.stdout.trim());
    receiver.behave(() => ({ status: 204 }));
    const set = await run(['callback', 'set', receiver.url, '--events', 'reprocess.succeeded'], partner);
    expect([set.code, set.stdout]).toEqual([0, expect.stringContaining(refused.stdout.trim())]);
    expect((await run(['callback', 'test', '--partner', 'demo'])).stdout).toMatch(/^The receiver answered 204 after /);
    expect((await run(['submit', house.id, '--set', 'hdr=true', '--yes'], partner)).code).toBe(0);
    await expect
      .poll(async () => (await run(['callback', 'deliveries'], partner)).stdout)
      .toMatch(/^msg_[0-9a-f]{32}\tdelivered\treprocess\.succeeded\t1\tnow\t/);
    const [delivery] = jsonOf(await run(['callback', 'deliveries', '--json'], partner));
    const [requestId] = delivery.event_id.split('.');
    expect(jsonOf(await run(['callback', 'deliveries', '--request', requestId, '--json'], partner))).toEqual([
      delivery,
    ]);
    expect((await run(['callback', 'resend', delivery.id], partner)).code).toBe(0);
    expect((await run(['callback', 'rotate'], partner)).stdout).toMatch(/^whsec_\S+\n$/);
    expect((await run(['callback', 'show'], partner)).stdout).toMatch(/^signed by +2 secrets$/m);
    expect((await run(['callback', 'remove'], partner)).code).toBe(0);
    expect((await run(['callback', 'show'], partner)).code).toBe(1);
  });
});
