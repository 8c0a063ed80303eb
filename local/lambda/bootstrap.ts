// Runs in a child process that stands in for one Lambda execution environment. Loads the function's bundle and passes it one event
// after the other. Started by execution-environment.ts, with only the function's environment variables.
import { existsSync } from 'node:fs';
import { createRequire, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import type { ChildMessage, FunctionError, InvokeMessage } from './messages.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const [bundle = '', handlerName = ''] = process.argv.slice(2);

const send = (message: ChildMessage) =>
  new Promise<void>((sent) => process.send?.(message, undefined, {}, () => sent()));

async function main(): Promise<void> {
  // The parent process has ended, so nothing waits for a result.
  process.on('disconnect', () => process.exit());
  process.on('uncaughtException', (error) => end(toFunctionError(error)));
  process.on('unhandledRejection', (reason) =>
    end({ ...toFunctionError(reason), errorType: 'Runtime.UnhandledPromiseRejection' }),
  );
  delete process.env.NODE_COMPILE_CACHE;
  const handler = await loadHandler();
  // Not at its end, since it is killed.
  flushCompileCache();
  process.on('message', async (message: InvokeMessage) => send(await invoke(handler, message)));
  await send({ kind: 'ready' });
}

/** @throws Error when there is no such file or export */
async function loadHandler(): Promise<Handler> {
  const [file = '', name = ''] = handlerName.split('.');
  const path = join(bundle, file);
  const loaded = existsSync(`${path}.mjs`) ? await import(`${path}.mjs`) : createRequire(import.meta.url)(path);
  const handler = loaded[name];
  if (typeof handler === 'function') return handler;
  throw Object.assign(new Error(`${handlerName} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

async function invoke(handler: Handler, { requestId, deadline, event }: InvokeMessage): Promise<ChildMessage> {
  const { env } = process;
  const context = {
    awsRequestId: requestId,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${env.AWS_REGION}:000000000000:function:${env.AWS_LAMBDA_FUNCTION_NAME}`,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(event), context);
    // As in Lambda, undefined becomes null.
    return { kind: 'returned', payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { kind: 'threw', error: toFunctionError(error) };
  }
}

async function end(error: FunctionError): Promise<void> {
  await send({ kind: 'crashed', error });
  process.exit(1);
}

function toFunctionError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

await main();
