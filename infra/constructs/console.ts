import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { buildConsole } from '../../console/build.ts';
import type { ConsoleVariables } from '../../functions/environment.ts';
import { API_TIMEOUT } from '../limits.ts';
import { tableAccess } from './access.ts';
import { NodeFunction } from './node-function.ts';
import { type CallerProps, callerVariables, reserved } from './stage-variables.ts';

/** Calls at once: each takes some milliseconds. */
const CONCURRENCY = 5;

/** What the keys of the ledger's items that count refused sign-ins begin with. */
const SIGN_INS = ['signin:'];

type ConsoleProps = CallerProps & { readonly sessionSecret: NonNullable<CallerProps['sessionSecret']> };

/** Serves the console's page, and begins and ends its sessions. It may read who has which key, and count refused sign-ins. */
export function addConsole(scope: Construct, props: ConsoleProps): LambdaFunction {
  const { stage, settings, storage } = props;
  const { function: target } = new NodeFunction(scope, 'Console', {
    entry: 'console',
    description: 'Serves the page of the console, and begins and ends its sessions',
    timeout: API_TIMEOUT,
    memory: 256,
    concurrency: reserved(CONCURRENCY, settings),
    settings,
    addFiles: addPage,
    variables: (role): ConsoleVariables => ({
      STAGE: stage,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: tableAccess(role, storage.ledger, { items: ['UpdateItem'], keys: SIGN_INS }),
      ...callerVariables(role, props),
    }),
  });
  return target;
}

/** Signs sessions. It is generated, and never leaves the stack: nothing is lost with it, but everybody has to sign in again. */
export function addSessionSecret(scope: Construct): Secret {
  const secret = new Secret(scope, 'SessionSecret', {
    description: 'Signs the sessions of the console: another value signs everybody out',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'A session lasts eight hours. Another value would end all of them, which is for a person to want.',
  });
  return secret;
}

/** Puts the page's files beside the function's bundle, as functions/adapters/console-files/ reads them. */
export function addPage(folder: string): void {
  const files = buildConsole().map(({ name, contentType, content }) => ({
    name,
    contentType,
    gzip: gzipSync(content, { level: 9 }).toString('base64'),
  }));
  writeFileSync(join(folder, 'console.json'), JSON.stringify(files));
}
