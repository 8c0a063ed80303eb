import middy from '@middy/core';
import { composeWebhook } from '../composition/webhook.ts';
import { readEnvironment, webhookEnvironment } from '../environment.ts';
import { problemDetails } from '../lambda/problem-details.ts';
import { webhookAuthentication } from '../lambda/webhook-authentication.ts';
import { systemRuntime } from '../runtime.ts';
import { createWebhookHandler, whileAway } from './handler.ts';

const { prepare, ...parts } = composeWebhook(readEnvironment(webhookEnvironment, process.env), systemRuntime());

export const handler = middy(createWebhookHandler(parts))
  .use(problemDetails(parts.log, whileAway))
  .use(webhookAuthentication(parts));
/** INIT waits for it (infra/constructs/bundled-entry.ts). */
export const ready = prepare();
