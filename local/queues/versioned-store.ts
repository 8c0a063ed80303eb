import { randomUUID } from 'node:crypto';
import type { buildApp } from 'fauxqs';
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
import type { MultipartUpload, S3Object } from '../../node_modules/fauxqs/dist/s3/s3Types.js';
import { listedVersions, type ObjectVersion, type VersionsQuery } from './object-versions.ts';

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

  /** All versions below a prefix, in the order of their keys. */
  listVersions(bucket: string, prefix: string): readonly ObjectVersion[] {
    const { objects } = super.listObjects(bucket, { prefix, maxKeys: Number.MAX_SAFE_INTEGER });
    const [versions, current] = [true, false].map((isVersion) =>
      objects.filter(({ key }) => key.includes(VERSION_MARK) === isVersion),
    ) as [S3Object[], S3Object[]];
    const existing = new Set(current.map(({ key }) => key));
    const newest = new Map<string, S3Object>();
    for (const each of versions) {
      const { key } = placeOf(each);
      if (each.lastModified >= (newest.get(key)?.lastModified ?? 0)) newest.set(key, each);
    }
    return versions.map((each) => {
      const { key, version } = placeOf(each);
      const { lastModified, etag, contentLength: size } = each;
      return { key, version, lastModified, etag, size, isLatest: existing.has(key) && newest.get(key) === each };
    });
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

/** Maps a call with a version to that version, names the version of what was put, and responds to ListObjectVersions. */
export function serveVersions(app: ReturnType<typeof buildApp>, store: VersionedStore): void {
  app.addHook('onRequest', async ({ method, headers }) => {
    // S3's own default. Without one fauxqs parses no body, and fails over an object that is empty.
    if (method === 'PUT') headers['content-type'] ||= 'binary/octet-stream';
  });
  app.addHook('preHandler', async (request, reply) => {
    const query = (request.query ?? {}) as VersionsQuery & Readonly<Record<string, string | undefined>>;
    const { versionId, versions, prefix = '' } = query;
    const params = request.params as { '*'?: string; readonly bucket?: string };
    if (versions !== undefined && params.bucket !== undefined) {
      const xml = listedVersions(params.bucket, store.listVersions(params.bucket, prefix), query);
      // A returned reply ends the call.
      return reply.header('content-type', 'application/xml').send(xml);
    }
    if (versionId !== undefined && params['*']) params['*'] = versionKey(params['*'], versionId);
  });
  app.addHook('onSend', async ({ method, params }, reply) => {
    const { bucket = '', '*': key = '' } = (params ?? {}) as { readonly bucket?: string; readonly '*'?: string };
    const version = method === 'PUT' && reply.statusCode === 200 ? store.versionOf(bucket, key) : undefined;
    if (version !== undefined) reply.header('x-amz-version-id', version);
  });
}

function placeOf(stored: S3Object): { readonly key: string; readonly version: string } {
  const [key = '', version = ''] = stored.key.split(VERSION_MARK);
  return { key, version };
}

function versionKey(key: string, version: string): string {
  return `${key}${VERSION_MARK}${version}`;
}
