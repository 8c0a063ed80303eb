import { examplesOf } from '../examples.ts';
import { inlineSchema, referenceTo, schemasFor } from '../json-schemas.ts';
import { ABOUT } from '../project.ts';
import { ANSWER_HEADERS, type AnswerHeader, type Header } from './headers.ts';
import { type Answer, type Body, OPERATIONS, type Operation } from './operations.ts';

const DIALECT = 'draft-2020-12';

const INFO = {
  title: 'Autoenhance reprocess API',
  summary: 'Have Autoenhance images processed again, in order, with nothing lost.',
  description:
    'Call it as you would call Autoenhance’s `POST /v3/images/{id}/process`, with another host and a key of this service. What the endpoint could also have answered has its form, `{message, detail}`; what it could not is `application/problem+json`. Members that are new may appear in any answer: ignore those that you do not know.',
};

const SERVERS = [
  {
    url: 'https://{host}',
    description: 'A deployed stage: the service stack’s output `ApiUrl`.',
    // A variable of a server must have a default; it is the only thing here that does.
    variables: { host: { default: 'api-id.execute-api.eu-west-1.amazonaws.com' } },
  },
  { url: 'http://127.0.0.1:8787', description: 'One machine: `npm start`.' },
];

const TAGS = [
  { name: 'requests', description: 'For partners, with the key that was given to them.' },
  { name: 'health', description: 'For whoever looks after the service.' },
  { name: 'webhook', description: 'For Autoenhance alone.' },
];

const inHeader = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description });

const SECURITY_SCHEMES = {
  partnerKey: inHeader('x-api-key', 'A partner’s key: this service’s own, and not Autoenhance’s.'),
  webhookToken: inHeader('Authentication', 'The webhook’s token, with or without `Bearer ` before it.'),
  webhookAuthorization: inHeader('Authorization', 'The same token; either header will do.'),
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
    components: { schemas: schemasFor(paths, DIALECT), securitySchemes: SECURITY_SCHEMES },
  };
}

function encodeOperation(operation: Operation) {
  const { id, summary, description, tag, security, body, answers } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    security: security.map((scheme) => ({ [scheme]: [] })),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: body.required, content: { 'application/json': mediaTypeOf(body) } } }),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, encodeAnswer(answer)])),
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

function encodeAnswer({ description, headers = {}, json, problem }: Answer) {
  const content = {
    ...(json && { 'application/json': mediaTypeOf(json) }),
    ...(problem && { 'application/problem+json': mediaTypeOf(problem) }),
  };
  // Each in full: openapi-typescript takes a header that is referred to for one that is always there.
  const named = Object.entries(headers).map(([key, need]) => {
    const { name, description: about, schema } = ANSWER_HEADERS[key as AnswerHeader];
    return [name, { description: about, required: need === 'required', schema: inlineSchema(schema, DIALECT) }];
  });
  return {
    description,
    ...(named.length > 0 && { headers: Object.fromEntries(named) }),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

function mediaTypeOf({ schema, examples = [] }: Body) {
  const named = examples.flatMap((kind) => {
    const values = examplesOf(kind);
    const name = kind.replace(' ', '-');
    return values.map((value, index) => [values.length === 1 ? name : `${name}-${index + 1}`, { value }]);
  });
  return { schema: referenceTo(schema), ...(named.length > 0 && { examples: Object.fromEntries(named) }) };
}
