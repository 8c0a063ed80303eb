import { escapeInvisible } from '../../invisible.ts';
import { resembled } from '../../request/field-suggestions.ts';
import type { RequestFormat } from '../creating/request-files.ts';

/** How a request file is read. */
export type Format =
  | { readonly name: RequestFormat }
  /** What to do with the file, and what it is if it has to become another one first. */
  | { readonly advice: string; readonly unread?: 'spreadsheet' | 'archive' };

const FORMATS: Readonly<Record<string, RequestFormat>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  csv: 'csv',
  json: 'json',
};
const SPREADSHEETS = ['xlsx', 'xls', 'xlsm', 'xlsb', 'xltx', 'ods', 'fods', 'numbers', 'gsheet'];
const ARCHIVES = ['zip', 'gz', 'tgz', 'bz2', 'xz', 'zst', '7z', 'rar', 'tar'];
const TABLES = ['txt', 'tsv', 'tab', 'text'];
const PICTURES = ['jpg', 'jpeg', 'png', 'webp', 'heic', 'avif', 'tif', 'tiff', 'dng'];

const RULE = 'the name of a request file must end in .ndjson, .jsonl, .csv or .json';

/** How a file is read, by its name; or what to do with one that is not. */
export function formatOf(key: string): Format {
  const extension = extensionOf(key);
  if (extension === undefined) return { advice: `${RULE}, got none: add the one that fits` };
  const name = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (name !== undefined) return { name };
  const { advice, ...unread } = unreadOf(extension);
  return { advice: `${RULE}, got .${escapeInvisible(extension.slice(0, 20))}: ${advice}`, ...unread };
}

function unreadOf(extension: string): Extract<Format, { readonly advice: string }> {
  if (SPREADSHEETS.includes(extension))
    return { unread: 'spreadsheet', advice: 'save the spreadsheet as "CSV UTF-8", and put that file' };
  if (ARCHIVES.includes(extension)) return { unread: 'archive', advice: 'unpack it, and put the files that are in it' };
  if (TABLES.includes(extension))
    return { advice: 'if it is a table, with a header and commas, semicolons or tabs, name it .csv' };
  return { advice: 'put a file of one of these kinds' };
}

function extensionOf(key: string): string | undefined {
  return /\.([^./]+)$/.exec(key)?.[1]?.toLowerCase();
}

const TEMPORARY = /\.(?:part|partial|filepart|crdownload|download|opdownload|tmp|temp|sw[a-z]|lock|lck)$/i;
const OF_SYSTEMS = ['thumbs.db', 'ehthumbs.db', 'desktop.ini', '__macosx', '$recycle.bin', 'system volume information'];

/**
 * Whether a name was not given by a person: a hidden file, what an office program, an editor or a transfer leaves
 * beside one, what a system keeps for itself. Nobody waits for an answer to it.
 */
export function isTemporary(key: string): boolean {
  const names = key.split('/');
  const [last = ''] = names.slice(-1);
  const isHidden = names.some((name) => name.startsWith('.') || OF_SYSTEMS.includes(name.toLowerCase()));
  return isHidden || /^~|~$|^#.*#$/.test(last) || TEMPORARY.test(last);
}

const REQUESTS = 'requests';
const IMAGES = 'images';

/** What an object is by its key. */
export type UploadKind =
  | { readonly kind: 'requests' | 'image' | 'folder' | 'temporary' | 'unknown' }
  /** It does nothing where it is; what its key was probably meant to be. */
  | { readonly kind: 'misplaced'; readonly meant: string };

export function kindOf(key: string): UploadKind {
  // What a console shows as a folder is an object too, an empty one.
  if (key.endsWith('/')) return { kind: 'folder' };
  if (isTemporary(key)) return { kind: 'temporary' };
  if (key.startsWith(`${REQUESTS}/`)) return { kind: 'requests' };
  if (key.startsWith(`${IMAGES}/`)) return { kind: 'image' };
  const meant = meantBy(key);
  return meant === undefined ? { kind: 'unknown' } : { kind: 'misplaced', meant };
}

/** The key that begins as it has to, for one that resembles it: `requests/a.csv` for `Requests/a.csv`, `/requests/a.csv`, `a.csv`. */
function meantBy(key: string): string | undefined {
  const [folder = '', ...rest] = key.replace(/^\/+/, '').split('/');
  if (rest.length > 0) {
    const prefix = resembled(folder, [REQUESTS, IMAGES]);
    return prefix === undefined ? undefined : `${prefix}/${rest.join('/')}`;
  }
  const extension = extensionOf(folder) ?? '';
  if (Object.hasOwn(FORMATS, extension) || SPREADSHEETS.includes(extension)) return `${REQUESTS}/${folder}`;
  return PICTURES.includes(extension) ? `${IMAGES}/${folder}` : undefined;
}
