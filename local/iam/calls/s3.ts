import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceCall } from '../../guard.ts';
import type { Context } from '../conditions.ts';
import type { Access } from '../evaluate.ts';
import { UnknownCall } from '../unknown-call.ts';

type S3Call = Pick<ServiceCall, 'method' | 'url' | 'headers'>;

/** Parameters that do not change the operation, or are handled below. Any other may mean another operation. */
const PARAMETERS =
  /^(x-id|X-Amz-(Algorithm|Content-Sha256|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)|versionId|partNumber|uploads|uploadId|response-.*|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner|marker)$/;

/** Headers that need further permissions. */
const MORE = /^x-amz-(acl|grant-.*|tagging|object-lock-.*|bypass-governance-retention)$/;

interface ObjectCall {
  readonly method: string;
  readonly has: (parameter: string) => boolean;
}

/**
 * By Amazon S3's list of required permissions. A GET with a version needs only the permission for versions. A HEAD needs both, as
 * we read its documentation (API reference, GetObject and HeadObject). All steps of a multipart upload need PutObject.
 * @throws UnknownCall
 */
export function s3Access({ method, url, headers }: S3Call): readonly Access[] {
  const { bucket, key, query } = placeOf(url);
  const unread =
    [...query.keys()].find((name) => !PARAMETERS.test(name)) ?? Object.keys(headers).find((name) => MORE.test(name));
  const actions = unread === undefined ? actionsOf({ method, has: (name) => query.has(name) }, key !== '') : [];
  if (bucket === '' || actions.length === 0) {
    throw new UnknownCall(
      `the local service does not know what s3 ${method} ${url} needs${unread ? `: ${unread}` : ''}`,
    );
  }
  const resource = objectArn(bucket, key);
  const prefix = query.get('prefix');
  const context: Context = key === '' && prefix !== null ? { 's3:prefix': prefix } : {};
  return [...actions.map((action) => ({ action: `s3:${action}`, resource, context })), ...copied(headers)];
}

/** For a call for an object: the permission to learn that the object does not exist. */
export function listAccess({ method, url }: S3Call): readonly Access[] {
  const { bucket, key } = placeOf(url);
  if (key === '' || (method !== 'GET' && method !== 'HEAD')) return [];
  return [{ action: 's3:ListBucket', resource: objectArn(bucket, ''), context: {} }];
}

/** Undefined when it is not known. */
function actionsOf({ method, has }: ObjectCall, isObject: boolean): readonly string[] {
  if (!isObject) return (method === 'GET' || method === 'HEAD') && !has('uploads') ? ['ListBucket'] : [];
  switch (method) {
    case 'GET':
      if (has('uploadId')) return ['ListMultipartUploadParts'];
      return [has('versionId') ? 'GetObjectVersion' : 'GetObject'];
    case 'HEAD':
      return has('versionId') ? ['GetObject', 'GetObjectVersion'] : ['GetObject'];
    case 'PUT':
      return ['PutObject'];
    case 'POST':
      return has('uploads') || has('uploadId') ? ['PutObject'] : [];
    case 'DELETE':
      if (has('uploadId')) return ['AbortMultipartUpload'];
      return [has('versionId') ? 'DeleteObjectVersion' : 'DeleteObject'];
    default:
      return [];
  }
}

function copied(headers: IncomingHttpHeaders): readonly Access[] {
  const source = headers['x-amz-copy-source'];
  if (typeof source !== 'string') return [];
  const { bucket, key, query } = placeOf(source.startsWith('/') ? source : `/${source}`);
  const action = query.has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject';
  return [{ action, resource: objectArn(bucket, key), context: {} }];
}

/** Path style, which the SDK uses for an IP address. */
function placeOf(url: string) {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const [, bucket = '', ...key] = path.split('/');
  return { bucket, key: decodeURIComponent(key.join('/')), query: new URLSearchParams(query) };
}

function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
}
