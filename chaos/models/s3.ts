import { hash } from 'node:crypto';

/** The response of S3 in place of a result. */
export class S3Error extends Error {
  override readonly name: string;
  readonly $fault = 'client';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(name: string, httpStatusCode: number) {
    super(name);
    this.name = name;
    this.$metadata = { httpStatusCode };
  }
}

/** A bucket that keeps every version of an object. */
export interface Bucket {
  readonly name: string;
  /** @returns the version that it has from now on */
  put(key: string, bytes: Uint8Array): string;
  /** Carries out an operation on the input that the SDK's command carries. @throws S3Error; Error for what this model does not know */
  respond(operation: string, input: unknown): object;
}

export interface BucketOptions {
  readonly name: string;
  /** Called for every object that was put. */
  readonly onPut: (key: string, version: string, bytes: Uint8Array) => void;
}

interface ObjectInput {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
  readonly Range?: string;
  readonly Body?: string | Uint8Array;
}

export function createBucket({ name, onPut }: BucketOptions): Bucket {
  /** By key, the newest version last. */
  const objects = new Map<string, { readonly version: string; readonly bytes: Uint8Array }[]>();
  let puts = 0;

  function put(key: string, bytes: Uint8Array): string {
    puts += 1;
    const version = hash('sha256', `${key} ${puts}`, 'base64url').slice(0, 32);
    objects.set(key, [...(objects.get(key) ?? []), { version, bytes }]);
    onPut(key, version, bytes);
    return version;
  }

  function objectOf({ Key = '', VersionId }: ObjectInput) {
    const versions = objects.get(Key) ?? [];
    const found = VersionId === undefined ? versions.at(-1) : versions.find(({ version }) => version === VersionId);
    if (found === undefined) throw new S3Error('NoSuchKey', 404);
    return found;
  }

  function get(input: ObjectInput): object {
    const { version, bytes } = objectOf(input);
    const [, first = '0', last = String(bytes.length)] = /^bytes=(\d+)-(\d+)$/.exec(input.Range ?? '') ?? [];
    const from = Number(first);
    if (from >= bytes.length) throw new S3Error('InvalidRange', 416);
    const part = bytes.subarray(from, Number(last) + 1);
    const ContentRange = `bytes ${from}-${from + part.length - 1}/${bytes.length}`;
    return { VersionId: version, ContentRange, Body: { transformToByteArray: async () => part } };
  }

  return {
    name,
    put,
    respond(operation, input) {
      const object = input as ObjectInput;
      if (object.Bucket !== name) throw new S3Error('NoSuchBucket', 404);
      if (operation === 'PutObject') return { VersionId: put(object.Key ?? '', Buffer.from(object.Body ?? '')) };
      if (operation === 'GetObject') return get(object);
      if (operation === 'HeadObject') return { VersionId: objectOf(object).version, Metadata: {} };
      throw new Error(`the model of S3 does not know ${operation}`);
    },
  };
}
