export { type CallbackClient, type CallbackOptions, createCallbackClient } from './callback/create-callback-client.ts';
