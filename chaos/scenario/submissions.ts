import { overHttp } from './http-submissions.ts';
import { createDrafts, type DraftsParts } from './preferences.ts';
import { hasOwnId, overSqs } from './sqs-submissions.ts';
import type { HttpSubmission, SqsSubmission, Submission } from './submission.ts';

const HTTP_SHARE = 0.35;

/** What is handed over, in the order in which it is. */
export function planSubmissions({ count, ...parts }: DraftsParts & { readonly count: number }): readonly Submission[] {
  const { chance } = parts;
  const drafts = createDrafts(parts);
  const calls: HttpSubmission[] = [];
  const messages: SqsSubmission[] = [];
  for (let number = 1; number <= count; number += 1) {
    const ref = `r${number}`;
    if (chance.yes(HTTP_SHARE)) calls.push(overHttp(ref, calls, drafts, chance));
    else messages.push(overSqs(ref, messages.filter(hasOwnId), drafts, chance));
  }
  return [...calls, ...messages].sort((one, other) => one.at - other.at);
}
