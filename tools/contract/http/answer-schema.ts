import type * as z from 'zod';
import { plainPath } from '../../../functions/reprocess-api/routes.ts';
import { ANSWER_HEADERS, type AnswerHeader } from './headers.ts';
import { type Answer, OPERATIONS, type Operation } from './operations.ts';

/** The operation that a call meant. The webhook's path is taken to the letter. */
export function operationFor(method: string, path: string): Operation | undefined {
  const pathFor = ({ tag }: Operation) => (tag === 'webhook' ? path : plainPath(path));
  return OPERATIONS.find((each) => each.method === method.toLowerCase() && patternOf(each).test(pathFor(each)));
}

function patternOf({ path }: Operation): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

export function answerFor({ answers }: Operation, status: number): Answer | undefined {
  return answers[status] ?? answers[`${Math.floor(status / 100)}XX`];
}

/** The schema of a response's body. @param contentType as the response has it */
export function bodySchemaFor(answer: Answer, contentType: string): z.core.$ZodType | undefined {
  return (contentType === 'application/problem+json' ? answer.problem : answer.json)?.schema;
}

/** The headers that a response may have, by their names in lower case. */
export function headersOf({ headers = {} }: Answer) {
  const entries = Object.entries(headers).map(([key, need]) => {
    const header = ANSWER_HEADERS[key as AnswerHeader];
    return [header.name.toLowerCase(), { ...header, isRequired: need === 'required' }] as const;
  });
  return Object.fromEntries(entries);
}
