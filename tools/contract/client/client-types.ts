import type { JsonSchema } from '../json-schemas.ts';
import { commentText, indented, typeText } from './type-text.ts';

interface MediaTypes {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface RouteDocument {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly requestBody?: MediaTypes;
  readonly responses: Readonly<Record<string, MediaTypes>>;
}

export interface HttpDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface QueuesDocument {
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly messages: Readonly<Record<string, { readonly payload: { readonly $ref: string } }>>;
  };
}

const HEAD = `// Written by \`npm run contract\` from the schemas of tools/contract. Change those.
`;

/** Routes that are not for a client: probes, Autoenhance's own call, the console's sessions, and the second way to say the same. */
const isForClients = (method: string, { tags }: RouteDocument) =>
  (method === 'get' || method === 'post' || method === 'put' || method === 'delete') &&
  !tags.includes('webhook') &&
  !tags.includes('console') &&
  !tags.includes('health');

/** The types of the client: every schema that its routes and the events need, and what each route takes and answers. */
export function clientTypes(http: HttpDocument, queues: QueuesDocument): string {
  const routes = Object.entries(http.paths).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, RouteDocument>)
      .filter(([method, operation]) => isForClients(method, operation))
      .map(([method, operation]) => routeText(`${method.toUpperCase()} ${path}`, operation)),
  );
  const table = `/** What each route takes and answers with success. */\nexport interface Routes {\n${indented(routes.join('\n'))}\n}\n`;
  const { ReprocessRequest: _, ...events } = queues.components.messages;
  const union = Object.values(events).map(({ payload }) => typeText(payload));
  const event = `/** An event of the results queue. */\nexport type AnyEvent = ${union.join(' | ')};\n`;
  const schemas = { ...queues.components.schemas, ...http.components.schemas };
  return [HEAD, ...declarations(schemas, [table, event]), event, table].join('\n');
}

function routeText(route: string, { summary, parameters = [], requestBody, responses }: RouteDocument): string {
  const of = (place: string) => ({
    type: 'object',
    properties: Object.fromEntries(
      // What keeps responses sends it, as a browser does.
      parameters
        .filter((each) => each.in === place && each.name !== 'If-None-Match')
        .map((each) => [each.name, each.schema]),
    ),
    required: place === 'path' ? parameters.map(({ name }) => name) : [],
  });
  const answers = Object.entries(responses).flatMap(([status, response]) => (status < '300' ? bodiesOf(response) : []));
  const members = [
    `readonly path: ${typeText(of('path'))};`,
    `readonly query: ${typeText(of('query'))};`,
    `readonly headers: ${typeText(of('header'))};`,
    `readonly body: ${bodiesOf(requestBody).join(' | ') || 'undefined'};`,
    `readonly response: ${[...new Set(answers)].join(' | ') || 'undefined'};`,
  ];
  return `/** ${summary}. */\n'${route}': {\n${indented(members.join('\n'))}\n};`;
}

/** Bodies in JSON by their schema, others as what a file is. */
function bodiesOf({ content = {} }: MediaTypes = {}): readonly string[] {
  const bodies = Object.entries(content).map(([mediaType, { schema }]) =>
    mediaType === 'application/json' ? typeText(schema) : 'Blob',
  );
  return [...new Set(bodies)];
}

const COMMENT = /\/\*\*.*?\*\//g;

/** Of the schemas that the texts name, directly or by another. */
function declarations(schemas: Readonly<Record<string, JsonSchema>>, texts: readonly string[]): readonly string[] {
  const declared = new Map<string, string>();
  const declareAll = (text: string) => {
    for (const [name] of text.replaceAll(COMMENT, '').matchAll(/\b[A-Z]\w+/g)) {
      const schema = schemas[name];
      if (schema === undefined || declared.has(name)) continue;
      const own = `${commentText(schema)}export type ${name} = ${typeText(schema)};\n`;
      declared.set(name, own);
      declareAll(typeText(schema));
    }
  };
  for (const text of texts) declareAll(text);
  return [...declared.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
}
