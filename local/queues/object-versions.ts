/** One version of an object. */
export interface ObjectVersion {
  readonly key: string;
  readonly version: string;
  readonly lastModified: Date;
  readonly etag: string;
  readonly size: number;
  readonly isLatest: boolean;
}

const MAX_KEYS = 1000;

/** The query of ListObjectVersions. */
export interface VersionsQuery {
  readonly 'key-marker'?: string;
  readonly 'max-keys'?: string;
}

/**
 * S3's response to ListObjectVersions. Keys are written as in a URL's query, which a caller should ask for. A page ends between
 * two keys, so that no marker of a version is needed.
 * @param versions in the order of their keys
 */
export function listedVersions(bucket: string, versions: readonly ObjectVersion[], query: VersionsQuery): string {
  const { 'key-marker': after = '', 'max-keys': limit = MAX_KEYS } = query;
  const keys = [...Map.groupBy(versions, ({ key }) => key).entries()].filter(([key]) => key > after);
  const page = keys.slice(0, Number(limit));
  const isTruncated = page.length < keys.length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${bucket}</Name><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>`,
    isTruncated ? `<NextKeyMarker>${encoded(page.at(-1)?.[0] ?? '')}</NextKeyMarker>` : '',
    ...page.flatMap(([, ofKey]) => ofKey.map(versionXml)),
    '</ListVersionsResult>',
  ].join('');
}

function versionXml({ key, version, isLatest, lastModified, etag, size }: ObjectVersion): string {
  const place = `<Key>${encoded(key)}</Key><VersionId>${version}</VersionId><IsLatest>${isLatest}</IsLatest>`;
  const facts = `<LastModified>${lastModified.toISOString()}</LastModified><ETag>${encoded(etag)}</ETag><Size>${size}</Size>`;
  return `<Version>${place}${facts}</Version>`;
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');
}
