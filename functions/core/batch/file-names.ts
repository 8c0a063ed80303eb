import { escapeInvisible } from '../invisible.ts';
import { resembled } from '../request/field-suggestions.ts';

/** How a request file is read. */
export type Format = { readonly name: 'lines' | 'csv' | 'json' } | { readonly advice: string };

const FORMATS: Readonly<Record<string, Extract<Format, { name: string }>>> = {
  ndjson: { name: 'lines' },
  jsonl: { name: 'lines' },
  csv: { name: 'csv' },
  json: { name: 'json' },
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
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format !== undefined) return format;
  const advice = adviceFor(extension);
  return { advice: `${RULE}, got .${escapeInvisible(extension.slice(0, 20))}: ${advice}` };
}

/** What a file is that has to become another one first, by its name. */
export function unreadKindOf(name: string): 'spreadsheet' | 'archive' | undefined {
  const extension = extensionOf(name) ?? '';
  if (SPREADSHEETS.includes(extension)) return 'spreadsheet';
  return ARCHIVES.includes(extension) ? 'archive' : undefined;
}

function adviceFor(extension: string): string {
  if (SPREADSHEETS.includes(extension)) return 'save the spreadsheet as "CSV UTF-8", and put that file';
  if (ARCHIVES.includes(extension)) return 'unpack it, and put the files that are in it';
  if (TABLES.includes(extension)) return 'if it is a table, with a header and commas, semicolons or tabs, name it .csv';
  return 'put a file of one of these kinds';
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
