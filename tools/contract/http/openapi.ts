import { examplesOf } from '../examples.ts';
import { inlineSchema, referenceTo, schemasFor } from '../json-schemas.ts';
import { ABOUT } from '../project.ts';
import { callbackBody } from '../schemas/callbacks.ts';
import { type Header, RESPONSE_HEADERS, type ResponseHeader } from './headers.ts';
import type { Body, Operation, ResponseSpec } from './operation.ts';
import { OPERATIONS } from './operations.ts';

const DIALECT = 'draft-2020-12';

const INFO = {
  title: 'Autoenhance reprocess API',
  summary: 'Have Autoenhance images processed again, in order, with nothing lost.',
  description:
    'Call it as you would call Autoenhance’s `POST /v3/images/{id}/process`, with another host and a key of this service. Errors that the endpoint could have sent have its form, `{message, detail}`. All others are `application/problem+json`. New members may appear in any response: ignore those that you do not know.',
};

const SERVERS = [
  {
    url: 'https://{host}',
    description: 'A deployed stage: the service stack’s output `ApiUrl`.',
    // OpenAPI requires a default for a server's variable.
    variables: { host: { default: 'api-id.execute-api.eu-west-1.amazonaws.com' } },
  },
  { url: 'http://127.0.0.1:8787', description: 'A local service: `npm start`.' },
];

const TAGS = [
  { name: 'requests', description: 'For partners, with their own key.' },
  { name: 'batches', description: 'Many requests that are followed to their end together.' },
  { name: 'callbacks', description: 'Where a partner is told of outcomes.' },
  { name: 'account', description: 'What the Autoenhance account may still do.' },
  { name: 'console', description: 'For the page at `/console/`: its sessions.' },
  { name: 'health', description: 'For monitoring.' },
  { name: 'webhook', description: 'For Autoenhance only.' },
];

const inHeader = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description });

const SECURITY_SCHEMES = {
  partnerKey: inHeader('x-api-key', 'A partner’s key for this service, not one for Autoenhance.'),
  consoleSession: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-reprocess-session',
    description: 'The console’s session. Any method but GET and HEAD also wants the header `x-reprocess-console: 1`.',
  },
  webhookToken: inHeader('Authentication', 'The webhook’s token, with or without `Bearer ` before it.'),
  webhookAuthorization: inHeader('Authorization', 'The same token. Either header is enough.'),
};

const signed = (name: string, description: string) => ({
  name,
  in: 'header',
  description,
  required: true,
  schema: { type: 'string' },
});

/** What this service calls. */
const WEBHOOKS = {
  callback: {
    post: {
      operationId: 'receiveCallback',
      summary: 'Be told of an event',
      description:
        'Signed as Standard Webhooks has it. Events of one image come in order, each at least once: remember the `webhook-id`.',
      tags: ['callbacks'],
      security: [],
      parameters: [
        signed('webhook-id', 'The same however often it is sent.'),
        signed('webhook-timestamp', 'Epoch seconds of this attempt.'),
        signed('webhook-signature', 'One `v1,` signature by each secret that is valid, with blanks between them.'),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: referenceTo(callbackBody) } } },
      responses: {
        '2XX': { description: 'Taken. It is not sent again.' },
        410: { description: 'No more of them: the callback is removed.' },
        default: { description: 'It is sent again, for about 28 hours. `Retry-After` is heeded.' },
      },
    },
  },
};

/** The HTTP entry point as an OpenAPI 3.1 document. */
export function openApi() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: encodeOperation(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { ...INFO, ...ABOUT },
    servers: SERVERS,
    tags: TAGS,
    paths,
    webhooks: WEBHOOKS,
    components: { schemas: schemasFor({ paths, WEBHOOKS }, DIALECT), securitySchemes: SECURITY_SCHEMES },
  };
}

function encodeOperation(operation: Operation) {
  const { id, summary, description, tag, security, body, responses } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    security: security.map((scheme) => ({ [scheme]: [] })),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: body.required,
        content: { 'application/json': mediaTypeOf(body), ...filesOf(body.files) },
      },
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [status, encodeResponse(response)]),
    ),
  };
}

function parametersOf({ pathParameter, query = {}, callHeaders = {} }: Operation) {
  return [
    ...(pathParameter ? [parameter('path', pathParameter.name, { ...pathParameter, required: true })] : []),
    ...Object.entries(query).map(([name, given]) => parameter('query', name, given)),
    ...Object.entries(callHeaders).map(([name, given]) => parameter('header', name, given)),
  ];
}

function parameter(place: 'path' | 'query' | 'header', name: string, { description, schema, ...more }: Header) {
  const { required = false, example } = more;
  return {
    name,
    in: place,
    description,
    required,
    schema: inlineSchema(schema, DIALECT),
    ...(example !== undefined && { example }),
  };
}

function encodeResponse({ description, headers = {}, json, problem, files }: ResponseSpec) {
  const content = {
    ...(json && { 'application/json': mediaTypeOf(json) }),
    ...(problem && { 'application/problem+json': mediaTypeOf(problem) }),
    ...filesOf(files),
  };
  // Not as references: some generators treat a referenced header as required.
  const named = Object.entries(headers).map(([key, need]) => {
    const { name, description: about, schema } = RESPONSE_HEADERS[key as ResponseHeader];
    return [name, { description: about, required: need === 'required', schema: inlineSchema(schema, DIALECT) }];
  });
  return {
    description,
    ...(named.length > 0 && { headers: Object.fromEntries(named) }),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

/** Text whose lines this document does not describe, or a picture. */
function filesOf(types: readonly string[] = []) {
  const schemaOf = (type: string) => (type.startsWith('image/') ? {} : { type: 'string' });
  return Object.fromEntries(types.map((type) => [type, { schema: schemaOf(type) }]));
}

function mediaTypeOf({ schema, examples = [] }: Body) {
  const named = examples.flatMap((kind) => {
    const values = examplesOf(kind);
    const name = kind.replace(' ', '-');
    return values.map((value, index) => [values.length === 1 ? name : `${name}-${index + 1}`, { value }]);
  });
  return { schema: referenceTo(schema), ...(named.length > 0 && { examples: Object.fromEntries(named) }) };
}
