export { parseEvent, type ReprocessEvent, type UnknownEvent } from './events/parse-event.ts';
export { type HeaderValues, InvalidCallback, type VerifyOptions, verifyCallback } from './events/verify-callback.ts';
