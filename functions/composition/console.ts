import { readConsoleFiles } from '../adapters/console-files/console-files.ts';
import { createSignInCounter } from '../adapters/ledger/account/sign-ins.ts';
import { createSignInLimit } from '../core/console/sign-in.ts';
import type { ConsoleEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composePartnerKeys } from './partner-keys.ts';
import { prepare } from './prepare.ts';
import { composeTelemetry } from './shared.ts';

export function composeConsole(environment: ConsoleEnvironment, runtime: Runtime) {
  const { clock, dynamo: send } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'console');
  const keys = composePartnerKeys(environment, runtime, telemetry);
  const { sessions } = keys.authentication;
  if (sessions === undefined) throw new Error('CONSOLE is off, so this function must not be deployed');
  return {
    files: readConsoleFiles(environment.LAMBDA_TASK_ROOT),
    sessions,
    limitSignIns: createSignInLimit({
      counter: createSignInCounter({ send, table: environment.LEDGER_TABLE }),
      clock,
    }),
    clock,
    ...telemetry,
    /** To be called once, in INIT. Never rejects. */
    prepare: () => prepare([keys.prepare], runtime),
  };
}
