import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { BatchApiVariables, OrderApiVariables } from '../../functions/environment.ts';
import { API_TIMEOUT, IMAGE_CALLS_PER_SECOND, ORDER_CONCURRENCY } from '../limits.ts';
import { sourceOf } from '../names.ts';
import { bucketAccess, eventBusAccess, secretAccess, tableAccess } from './access.ts';
import { BY_IMAGE, BY_OWNER, BY_WORK } from './ledger-table.ts';
import { NodeFunction } from './node-function.ts';
import {
  budgetVariables,
  CALLS,
  type CallerProps,
  callerVariables,
  callsPerSecondOf,
  partnerLimitsVariables,
  reserved,
} from './stage-variables.ts';
import { REPORTS, REQUESTS } from './uploads-bucket.ts';

/** Checks files of some megabytes while a caller waits: a whole core. */
const MEMORY_MB = 1769;

/** Calls at once. Each holds megabytes of a body; what is beyond gets a 503 and comes again. */
const BATCH_CONCURRENCY = 20;

/** Where batches that are made over HTTP have their files: nobody's own folder, and no file that is put into the bucket. */
const PARTNERS = `${REQUESTS}partners/`;
const SERVICE = `${REQUESTS}service/`;

/** What the keys of the ledger's items begin with: batches, their lines, the account's limit and pause, and what INIT looks for. */
const BATCHES = ['batch:'];
const LINES = ['upload:'];
const ACCOUNT = ['budget:', 'pause', 'init'];
/** What a partner has used of its limits. */
const USED = [CALLS, 'batches:'];

/** Takes batches over HTTP, shows and steers them. It sends nothing, and knows no key of Autoenhance's. */
export function addBatchApi(scope: Construct, props: CallerProps): LambdaFunction {
  const { settings, storage } = props;
  const { function: target } = new NodeFunction(scope, 'BatchApi', {
    entry: 'batch-api',
    description: 'Takes batches over HTTP, checks them, shows them and steers them',
    timeout: API_TIMEOUT,
    memory: MEMORY_MB,
    concurrency: reserved(BATCH_CONCURRENCY, settings),
    settings,
    variables: (role): BatchApiVariables => {
      tableAccess(role, storage.ledger, { items: ['PutItem', 'UpdateItem'], keys: BATCHES });
      tableAccess(role, storage.ledger, { items: ['UpdateItem'], keys: USED });
      return {
        ...commonVariables(role, props),
        LEDGER_TABLE: tableAccess(role, storage.ledger, {
          items: ['GetItem', 'BatchGetItem'],
          keys: [...BATCHES, ...LINES, ...ACCOUNT, CALLS],
          query: [BY_IMAGE, BY_OWNER, BY_WORK],
        }),
        UPLOADS_BUCKET: bucketAccess(role, storage.uploads, {
          // Of every batch, those of files that were put into the bucket included.
          [REQUESTS]: ['GetObjectVersion'],
          [PARTNERS]: ['PutObject'],
          [SERVICE]: ['PutObject'],
          [REPORTS]: ['GetObject'],
        }),
      };
    },
  });
  return target;
}

/** Has the images of an order processed again, and shows an image as it is at Autoenhance. Of the functions that a partner calls it alone knows Autoenhance's key. */
export function addOrderApi(scope: Construct, props: CallerProps): LambdaFunction {
  const { settings, storage } = props;
  const { function: target } = new NodeFunction(scope, 'OrderApi', {
    entry: 'order-api',
    description: 'Reads an order of Autoenhance and takes its images as a batch, and shows images and their previews',
    timeout: API_TIMEOUT,
    memory: MEMORY_MB,
    concurrency: reserved(ORDER_CONCURRENCY, settings),
    settings,
    variables: (role): OrderApiVariables => {
      tableAccess(role, storage.ledger, { items: ['PutItem'], keys: BATCHES });
      tableAccess(role, storage.ledger, { items: ['UpdateItem'], keys: USED });
      return {
        ...commonVariables(role, props),
        LEDGER_TABLE: tableAccess(role, storage.ledger, {
          items: ['GetItem'],
          keys: [...BATCHES, ...ACCOUNT, CALLS],
          query: BY_IMAGE,
        }),
        UPLOADS_BUCKET: bucketAccess(role, storage.uploads, { [PARTNERS]: ['PutObject'], [SERVICE]: ['PutObject'] }),
        AUTOENHANCE_SECRET_ID: secretAccess(role, storage.autoenhanceKey),
        AUTOENHANCE_BASE_URL: settings.autoenhanceBaseUrl,
        AUTOENHANCE_API_VERSION: settings.autoenhanceApiVersion,
        IMAGE_CALLS_PER_SECOND: String(IMAGE_CALLS_PER_SECOND),
      };
    },
  });
  return target;
}

function commonVariables(role: IRole, props: CallerProps) {
  const { stage, settings } = props;
  return {
    STAGE: stage,
    LOG_LEVEL: settings.logLevel,
    ...callerVariables(role, props),
    FEEDER_SOURCE: eventBusAccess(role, sourceOf(stage)),
    FILES_KEPT_DAYS: String(settings.uploadsExpireAfterDays),
    CALLS_PER_SECOND: String(callsPerSecondOf(settings)),
    ...budgetVariables(settings),
    ...partnerLimitsVariables(settings),
  };
}
