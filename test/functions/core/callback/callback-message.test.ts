import { describe, expect, it } from 'vitest';
import { callbackGroupOf, encodeCallbackMessage } from '../../../../functions/core/callback/callback-message.ts';
import { decodeCallbackMessage } from '../../../../functions/core/callback/decode-callback-message.ts';
import { messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import { NOON } from '../../../support/fixtures.ts';

const message = {
  id: messageIdOf('acme', 'http:1.succeeded'),
  partner: 'acme',
  eventId: 'http:1.succeeded',
  type: 'reprocess.succeeded',
  subject: 'house',
  at: NOON,
  payload: '{"note":"Straße \ud83c\udfe0"}',
} as const;

describe('a message of the queue of callbacks', () => {
  it('is read as it was written', () => {
    expect(decodeCallbackMessage(encodeCallbackMessage(message))).toEqual(message);
  });

  it('has no character that SQS refuses, and is read as it was written', () => {
    const odd = { ...message, subject: 'house\uffff', payload: '{"note":"\ufffe"}' };
    const body = encodeCallbackMessage(odd);
    expect(body).not.toMatch(/[\ufffe\uffff]/);
    expect(decodeCallbackMessage(body)).toEqual(odd);
  });

  it.each([{ id: 'msg_1' }, { type: 'reprocess.done' }, { at: 'noon' }, { payload: undefined }])(
    'with %j is refused',
    (change) => {
      expect(() => decodeCallbackMessage(encodeCallbackMessage({ ...message, ...change } as never))).toThrow();
    },
  );
});

it('a message has the id and the group that the release before has given it: receivers know a repetition by them', () => {
  expect(message.id).toBe('msg_3c56668e1f3b6bcebf24e7feead22b16');
  expect(callbackGroupOf(message)).toBe('acme:d6e21286621a8586f7e54720ab5a39c9');
});

describe('the group of a message', () => {
  it('is that of one partner and one image', () => {
    const group = callbackGroupOf(message);
    expect(callbackGroupOf({ partner: 'acme', subject: 'house' })).toBe(group);
    expect(callbackGroupOf({ partner: 'acme', subject: 'garden' })).not.toBe(group);
    expect(callbackGroupOf({ partner: 'else', subject: 'house' })).not.toBe(group);
  });

  it('is one that SQS takes, however long the names are', () => {
    expect(callbackGroupOf({ partner: 'a'.repeat(63), subject: 'ä'.repeat(500) })).toMatch(/^[\x21-\x7e]{1,128}$/);
  });
});
