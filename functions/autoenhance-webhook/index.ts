import middy from '@middy/core';
import { composeWebhook } from '../composition/webhook.ts';
import { readEnvironment, webhookEnvironment } from '../environment.ts';
import { problemDetails } from '../middleware/problem-details.ts';
import { webhookAuthentication } from '../middleware/webhook-authentication.ts';
import { systemWorld } from '../world.ts';
import { createWebhookHandler } from './handler.ts';

const parts = composeWebhook(readEnvironment(webhookEnvironment, process.env), systemWorld());

export const handler = middy(createWebhookHandler(parts))
  .use(problemDetails(parts.log))
  .use(webhookAuthentication(parts));
