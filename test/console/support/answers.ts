import { type Json, readJson } from '../../docs/support/contract.ts';

const openApi = readJson('docs/openapi.json');

/** The contract's own example of an answer. */
export function exampleOf(path: string, method = 'get'): Json {
  const { examples } = openApi.paths[path][method].responses[200].content['application/json'];
  return Object.values<Json>(examples)[0].value;
}

/** A refusal as the service words it. */
export function refused(status: number, detail: string): Response {
  return Response.json({ detail }, { status });
}

/** An answer that comes when the test says so. */
export function held() {
  let answer = (_: unknown) => {};
  const answered = new Promise((resolve) => {
    answer = resolve;
  });
  return { answer, answered };
}

export const BATCH = 'GET /v3/batches/b_1';
export const LINES = 'GET /v3/batches/b_1/requests';
export const running: Json = { ...exampleOf('/v3/batches/{batch_id}'), batch_id: 'b_1' };
/** The same, which waits for nothing. */
export const flowing: Json = { ...running, waits_for: null };
export const noLines = { requests: [], next_cursor: null };
