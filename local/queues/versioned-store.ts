import { randomUUID } from 'node:crypto';
import type { buildApp } from 'fauxqs';
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
import type { MultipartUpload, S3Object } from '../../node_modules/fauxqs/dist/s3/s3Types.js';

/** An object in S3's events for EventBridge. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  readonly size: number;
  readonly etag: string;
}

/** Separates an object's key from its version. No key contains it. */
const VERSION_MARK = '\u001eversion=';

/**
 * fauxqs's object store with what it lacks (fauxqs 2.4.1): every object keeps its versions, as in a versioned bucket, and a
 * listener is called for each. A version is an object under its own key, which lists leave out.
 */
export class VersionedStore extends S3Store {
  onCreated: (object: CreatedObject) => void = () => {};
  private readonly latest = new Map<string, string>();

  override putObject(...definition: Parameters<S3Store['putObject']>): S3Object {
    const stored = super.putObject(...definition);
    const [bucket, , body] = definition;
    this.addVersion(bucket, stored, body);
    return stored;
  }

  override completeMultipartUpload(...parts: Parameters<S3Store['completeMultipartUpload']>): S3Object {
    // Private in fauxqs's types, and deleted when the upload is complete.
    const { multipartUploads } = this as unknown as { readonly multipartUploads: ReadonlyMap<string, MultipartUpload> };
    const { bucket = '' } = multipartUploads.get(parts[0]) ?? {};
    const stored = super.completeMultipartUpload(...parts);
    this.addVersion(bucket, stored, this.getObject(bucket, stored.key).body);
    return stored;
  }

  override listObjects(...query: Parameters<S3Store['listObjects']>): ReturnType<S3Store['listObjects']> {
    const found = super.listObjects(...query);
    return { ...found, objects: found.objects.filter(({ key }) => !key.includes(VERSION_MARK)) };
  }

  /** The version that an object has now. */
  versionOf(bucket: string, key: string): string | undefined {
    return this.latest.get(`${bucket}/${key}`);
  }

  private addVersion(bucket: string, { key, etag, contentType, metadata }: S3Object, body: Buffer): void {
    const version = randomUUID();
    this.latest.set(`${bucket}/${key}`, version);
    super.putObject(bucket, versionKey(key, version), body, contentType, metadata);
    const created = { bucket, key, version, size: body.length, etag: etag.replaceAll('"', '') };
    // After the response to the caller.
    setImmediate(() => this.onCreated(created));
  }
}

/** Maps a call with a version to that version, and names the version of an object that was put. */
export function serveVersions(app: ReturnType<typeof buildApp>, store: Pick<VersionedStore, 'versionOf'>): void {
  app.addHook('onRequest', async ({ method, headers }) => {
    // S3's own default. Without one fauxqs parses no body, and fails over an object that is empty.
    if (method === 'PUT') headers['content-type'] ||= 'binary/octet-stream';
  });
  app.addHook('preHandler', async (request) => {
    const { versionId } = (request.query ?? {}) as { readonly versionId?: string };
    const params = request.params as { '*'?: string };
    if (versionId !== undefined && params['*']) params['*'] = versionKey(params['*'], versionId);
  });
  app.addHook('onSend', async ({ method, params }, reply) => {
    const { bucket = '', '*': key = '' } = (params ?? {}) as { readonly bucket?: string; readonly '*'?: string };
    const version = method === 'PUT' && reply.statusCode === 200 ? store.versionOf(bucket, key) : undefined;
    if (version !== undefined) reply.header('x-amz-version-id', version);
  });
}

function versionKey(key: string, version: string): string {
  return `${key}${VERSION_MARK}${version}`;
}
