// Lambda's Node runtime in small: takes one event after the other from the Runtime API and hands it to the handler. Plain
// JavaScript over a bare socket, so that what it costs itself is little beside what is measured; Lambda's own client does
// this part in C++, and is an ES module too. Started by execution.ts.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const [file, name] = process.env._HANDLER.split('.');
const socket = connect(Number(port), host).setNoDelay();
let received = Buffer.alloc(0);
let wake = () => {};
socket.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  wake();
});
// The parent process has ended.
socket.on('close', () => process.exit());

async function main() {
  const handler = await loadHandler();
  for (;;) {
    const { head, body } = await call('GET', 'invocation/next');
    const id = /lambda-runtime-aws-request-id: (\S+)/.exec(head)[1];
    const deadline = Number(/lambda-runtime-deadline-ms: (\d+)/.exec(head)[1]);
    const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
    try {
      const event = JSON.parse(body);
      const answer = event.memory === true ? memory() : await handler(event, context);
      await call('POST', `invocation/${id}/response`, JSON.stringify(answer) ?? 'null');
    } catch (error) {
      await call('POST', `invocation/${id}/error`, JSON.stringify({ errorMessage: String(error?.stack ?? error) }));
    }
  }
}

async function loadHandler() {
  const path = join(process.env.LAMBDA_TASK_ROOT, file);
  const loaded = existsSync(`${path}.mjs`) ? await import(`${path}.mjs`) : createRequire(path)(path);
  return loaded[name];
}

function memory() {
  global.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, external };
}

async function call(method, path, body = '') {
  const length = Buffer.byteLength(body);
  socket.write(
    `${method} /2018-06-01/runtime/${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
  for (;;) {
    const answer = takeAnswer();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => {
      wake = resolve;
    });
  }
}

function takeAnswer() {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.toString('latin1', 0, end).toLowerCase();
  const until = end + 4 + Number(/content-length: (\d+)/.exec(head)[1]);
  if (received.length < until) return undefined;
  const body = received.toString('utf8', end + 4, until);
  received = received.subarray(until);
  return { head, body };
}

await main().catch(async (error) => {
  await call('POST', 'init/error', JSON.stringify({ errorMessage: String(error?.stack ?? error) }));
  process.exit(1);
});
