import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CallbackApiVariables, CallbackDeliveryVariables } from '../../functions/environment.ts';
import { API_TIMEOUT, CALLBACK_TIMEOUT, requestLifetime } from '../limits.ts';
import type { StorageStack } from '../stacks/storage-stack.ts';
import { CONSUME, queueAccess, secretAccess, tableAccess } from './access.ts';
import { BY_OWNER } from './ledger-table.ts';
import { NodeFunction } from './node-function.ts';
import {
  CALLS,
  type CallerProps,
  callerVariables,
  partnerLimitsVariables,
  RECEIVE_BUDGET,
  reserved,
} from './stage-variables.ts';

/** It waits for receivers, and does little itself. */
const API_MEMORY_MB = 256;
/** Calls at once: each may wait for its receiver for 15 s. */
const API_CONCURRENCY = 5;

/** What the keys of the ledger's items begin with: partners' callbacks, the delivery log, and what INIT looks for. */
export const CALLBACKS = 'callback:';
const DELIVERIES = 'delivery:';
/** Partners' requests, over HTTP or in a file. */
const REQUESTS = ['http:', 'upload:'];
const INIT = 'init';

/** Takes, shows and tests partners' callbacks. It waits for receivers, and so is apart from what takes requests. */
export function addCallbackApi(scope: Construct, props: CallerProps): LambdaFunction {
  const { stage, settings, storage } = props;
  const { function: target } = new NodeFunction(scope, 'CallbackApi', {
    entry: 'callback-api',
    description:
      'Takes, shows and tests the callbacks of partners, and shows what was delivered, and who the partners are',
    timeout: API_TIMEOUT,
    memory: API_MEMORY_MB,
    concurrency: reserved(API_CONCURRENCY, settings),
    settings,
    variables: (role): CallbackApiVariables => {
      tableAccess(role, storage.ledger, { items: ['UpdateItem', 'DeleteItem'], keys: [CALLBACKS] });
      tableAccess(role, storage.ledger, { items: ['PutItem', 'BatchGetItem'], keys: [DELIVERIES] });
      tableAccess(role, storage.ledger, { items: ['UpdateItem'], keys: [CALLS] });
      return {
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        ...callbackVariables(role, stage, storage),
        LEDGER_TABLE: tableAccess(role, storage.ledger, {
          items: ['GetItem'],
          keys: [CALLBACKS, DELIVERIES, ...REQUESTS, CALLS, INIT],
          query: BY_OWNER,
        }),
        ...callerVariables(role, props),
        ...partnerLimitsVariables(settings),
      };
    },
  });
  return target;
}

/** Calls partners. It connects to addresses that others have chosen, and so knows no key but those that sign. */
export function addCallbackDelivery(scope: Construct, props: Omit<CallerProps, 'sessionSecret'>): LambdaFunction {
  const { stage, settings, storage } = props;
  const { function: target } = new NodeFunction(scope, 'CallbackDelivery', {
    entry: 'callback-delivery',
    description: 'Tells partners of outcomes, finished images and batches',
    timeout: CALLBACK_TIMEOUT,
    settings,
    variables: (role): CallbackDeliveryVariables => {
      tableAccess(role, storage.ledger, { items: ['UpdateItem', 'DeleteItem'], keys: [CALLBACKS] });
      tableAccess(role, storage.ledger, { items: ['PutItem'], keys: [DELIVERIES] });
      return {
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        ...callbackVariables(role, stage, storage),
        LEDGER_TABLE: tableAccess(role, storage.ledger, { items: ['GetItem'], keys: [CALLBACKS, DELIVERIES, INIT] }),
        CALLBACKS_QUEUE_URL: queueAccess(role, storage.callbacks.queue, CONSUME),
        RESULTS_QUEUE_URL: queueAccess(role, storage.results, ['SendMessage']),
        CALLBACK_LIFETIME_SECONDS: String(requestLifetime(settings.retention)),
        ...RECEIVE_BUDGET,
      };
    },
  });
  return target;
}

function callbackVariables(role: IRole, stage: string, storage: StorageStack) {
  return {
    CALLBACK_KEYS_SECRET_ID: secretAccess(role, storage.callbackKeys),
    // No setting: what runs in AWS calls public addresses by HTTPS alone.
    CALLBACK_RECEIVERS: stage === 'local' ? 'any' : 'public',
  } as const;
}
