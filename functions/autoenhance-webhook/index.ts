import middy from '@middy/core';
import { composeWebhook } from '../composition/webhook.ts';
import { readEnvironment, webhookEnvironment } from '../environment.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { problemDetails } from '../lambda/problem-details.ts';
import { webhookAuthentication } from '../lambda/webhook-authentication.ts';
import { systemRuntime } from '../runtime.ts';
import { createWebhookHandler, retryAdvice } from './handler.ts';

const environment = readEnvironment(webhookEnvironment, process.env);
const runtime = systemRuntime();

const { prepare, ...parts } = composeWebhook(environment, runtime);

export const handler = middy(createWebhookHandler(parts))
  .use(currentInvocation(runtime.invocation))
  .use(problemDetails(parts, retryAdvice))
  .use(webhookAuthentication(parts));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
