import { overHttp } from './http-submissions.ts';
import { createWishes, type WishesParts } from './preferences.ts';
import { hasOwnId, overSqs } from './sqs-submissions.ts';
import type { HttpSubmission, SqsSubmission, Submission } from './submission.ts';

const HTTP_SHARE = 0.35;

/** What is handed over, in the order in which it is. */
export function planSubmissions({ count, ...parts }: WishesParts & { readonly count: number }): readonly Submission[] {
  const { chance } = parts;
  const wishes = createWishes(parts);
  const calls: HttpSubmission[] = [];
  const messages: SqsSubmission[] = [];
  for (let number = 1; number <= count; number += 1) {
    const ref = `r${number}`;
    if (chance.yes(HTTP_SHARE)) calls.push(overHttp(ref, calls, wishes, chance));
    else messages.push(overSqs(ref, messages.filter(hasOwnId), wishes, chance));
  }
  return [...calls, ...messages].sort((one, other) => one.at - other.at);
}
