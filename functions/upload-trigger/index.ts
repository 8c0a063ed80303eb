import middy from '@middy/core';
import { composeUploadTrigger } from '../composition/upload-trigger.ts';
import { readEnvironment, uploadEnvironment } from '../environment.ts';
import { systemUploadRuntime } from '../upload-runtime.ts';
import { createUploadHandler } from './handler.ts';

const environment = readEnvironment(uploadEnvironment, process.env);

export const handler = middy(createUploadHandler(composeUploadTrigger(environment, systemUploadRuntime())));
