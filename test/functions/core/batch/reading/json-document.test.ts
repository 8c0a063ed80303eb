import { describe, expect, it } from 'vitest';
import { refuseJsonDocument } from '../../../../../functions/core/batch/reading/json-document.ts';

const LINE = '{"image_id":"a","preferences":{}}';
const OVER_LINES = '{\n  "image_id": "a",\n  "preferences": {}\n}';

describe('a file whose name says that each line is a request', () => {
  it.each([
    ['an array', `[${LINE}]`, /or send it as application\/json, since it is an array/],
    ['an array over several lines', `[\n${LINE},\n${LINE}\n]`, /since it is an array/],
    ['an array that begins with a request', ` [ ${LINE},\n${LINE}`, /since it is an array/],
    ['one request over several lines', `\n${OVER_LINES}\n`, /since it is one request/],
    ['requests over several lines', `${OVER_LINES}\n${OVER_LINES}`, /write each request on one line/],
    ['requests between commas', `${OVER_LINES},\n${OVER_LINES},\n`, /write each request on one line/],
    [
      'a request with a quote and a bracket in a text',
      '{\n"image_id": "a \\"} \\\\",\n"preferences": {}\n}',
      /since it is one request/,
    ],
  ])('may hold %s by mistake, which is said', (_, text, message) => {
    expect(() => refuseJsonDocument(text)).toThrow(message);
  });

  it.each([
    ['requests', `${LINE}\n${LINE}\n`],
    ['one request', LINE],
    ['nothing', '\n'],
    ['a line that is a list among the requests', `["a"]\n${LINE}\n`],
    ['one request that somebody has broken in two', `${OVER_LINES}\n${LINE}\n${LINE}\n`],
    ['what is no JSON', '{"image_id":\n"a"\n'],
    ['what is no JSON, though its brackets are closed', '{\n  image_id: "a"\n}\n{\n  image_id: "b"\n}\n'],
  ])('may hold %s', (_, text) => expect(() => refuseJsonDocument(text)).not.toThrow());
});
