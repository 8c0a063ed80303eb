import { describe, expect, it } from 'vitest';
import { attributeCompletion, type SentRequest } from '../../../../functions/core/completion/attribute-completion.ts';

/** `open3`: the third request, succeeded and without completion. */
function requestOf(text: string): SentRequest {
  const [, kind = '', number = ''] = /^([a-z]+)(\d+)$/.exec(text) ?? [];
  const state = kind === 'running' ? 'under_way' : 'succeeded';
  return { requestId: number, state, isCompleted: kind === 'done' };
}

describe('of requests, newest first, the webhook means', () => {
  it.each<[string, string, string | undefined, boolean]>([
    ['none where there are none', '', undefined, false],
    ['the newest under way where none has succeeded, which may be wrong', 'running2 running1', '2', true],
    ['the only one, before its outcome is known', 'running1', '1', false],
    ['the only one', 'open1', '1', false],
    ['the newest of several, which may be wrong', 'open3 open2 open1', '3', true],
    ['the newest since the last one that was completed', 'open3 done2 open1', '3', false],
    ['the one that is completed already, when it repeats itself', 'done2 open1', '2', false],
    ['the one under way since, since few calls are repeated, which may be wrong', 'running2 done1', '2', true],
    ['the one that has succeeded while another is under way, which may be wrong', 'running2 open1', '1', true],
    ['the newest that has succeeded', 'running3 open2 done1', '2', true],
  ])('%s: %s', (_, sent, requestId, isAmbiguous) => {
    const meant = attributeCompletion(sent.split(' ').filter(Boolean).map(requestOf), true);
    expect(meant && [meant.requestId, meant.isAmbiguous]).toEqual(requestId && [requestId, isAmbiguous]);
  });

  it.each<[string, string, string, boolean]>([
    ['the newest, or the one before that it may repeat itself about', 'open2 done1', '2', true],
    ['the only one', 'open1', '1', false],
    ['the one that is completed already', 'done2 open1', '2', false],
  ])('%s, where it is not known that the image is finished: %s', (_, sent, requestId, isAmbiguous) => {
    expect(attributeCompletion(sent.split(' ').map(requestOf), false)).toMatchObject({ requestId, isAmbiguous });
  });
});
