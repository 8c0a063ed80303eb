import middy from '@middy/core';
import { composeUploadTrigger } from '../composition/upload-trigger.ts';
import { readEnvironment, uploadEnvironment } from '../environment.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { systemUploadRuntime } from '../upload-runtime.ts';
import { createUploadHandler } from './handler.ts';

const environment = readEnvironment(uploadEnvironment, process.env);
const runtime = systemUploadRuntime();

export const handler = middy(createUploadHandler(composeUploadTrigger(environment, runtime))).use(
  currentInvocation(runtime.invocation),
);
