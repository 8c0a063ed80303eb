import { UnreadableFile } from './file-text.ts';

const RULE = 'the file is JSON, and not one request a line';
const AS_DOCUMENT = 'give it a name that ends in .json, or send it as application/json';

/**
 * A file whose name says that each line is a request may hold JSON of another form: an array of requests, or requests that
 * each go over several lines. Every line of it would be refused, for a reason that helps nobody.
 * @param beginning of the file
 * @throws UnreadableFile when it is one of these
 */
export function refuseJsonDocument(beginning: string): void {
  const text = beginning.trimStart();
  if (isArray(text)) throw new UnreadableFile(`${RULE}: ${AS_DOCUMENT}, since it is an array`);
  const end = endOfObjectOverLines(text);
  if (end === undefined) return;
  const rest = text.slice(end).replace(/^\s*,?\s*/, '');
  if (rest === '') throw new UnreadableFile(`${RULE}: ${AS_DOCUMENT}, since it is one request`);
  // One line that somebody has broken in two is no reason to refuse all the others.
  if (endOfObjectOverLines(rest) !== undefined) {
    throw new UnreadableFile(`${RULE}: write each request on one line, or all of them as an array into a .json file`);
  }
}

/** Whether a text is an array, or begins like one: a line that is a list among lines that are requests makes none. */
function isArray(text: string): boolean {
  if (!text.startsWith('[')) return false;
  const [line = ''] = text.split(/[\r\n]/, 1);
  if (isJson(line)) return text.slice(line.length).trim() === '';
  const item = text.slice(1).trimStart();
  return line.trim() === '[' || (item.startsWith('{') && isJson(item.slice(0, endOfObject(item))));
}

function endOfObjectOverLines(text: string): number | undefined {
  const end = text.startsWith('{') ? endOfObject(text) : 0;
  const object = text.slice(0, end);
  return /[\r\n]/.test(object) && isJson(object) ? end : undefined;
}

/** Where the object ends that a text begins with; 0 where it does not. Brackets are counted, and not compared. */
function endOfObject(text: string): number {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isString) {
      if (character === '\\') at += 1;
      if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
