import middy from '@middy/core';
import { composeBatchFeeder } from '../composition/batch-feeder.ts';
import { feederEnvironment, readEnvironment } from '../environment.ts';
import { currentInvocation } from '../lambda/current-invocation.ts';
import { systemFeederRuntime } from '../upload-runtime.ts';
import { createFeederHandler } from './handler.ts';

const environment = readEnvironment(feederEnvironment, process.env);
const runtime = systemFeederRuntime();

export const handler = middy(createFeederHandler(composeBatchFeeder(environment, runtime))).use(
  currentInvocation(runtime.invocation),
);
