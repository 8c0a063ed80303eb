import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { METRICS } from '../../../functions/core/metric-names.ts';

const ROOT = join(import.meta.dirname, '../../..');
const IMPORT = /\bfrom '(\.[^']+)'/g;
const LITERAL = /'([A-Z]\w+)'/g;
/** It names them all. */
const LIST = 'functions/core/metric-names.ts';

/** The metrics that the code behind an entry names. */
export function metricsNamedBehind(entry: string): ReadonlySet<string> {
  const texts = filesBehind(join('functions', entry, 'index.ts')).map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const literals = texts.flatMap((text) => [...text.matchAll(LITERAL)].map(([, literal = '']) => literal));
  return new Set(literals.filter((literal) => Object.hasOwn(METRICS, literal)));
}

function filesBehind(first: string): readonly string[] {
  const found = new Set([first]);
  for (const file of found) {
    const imports = readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT);
    for (const [, target = ''] of imports) {
      const path = normalize(join(dirname(file), target));
      if (path !== LIST && existsSync(join(ROOT, path))) found.add(path);
    }
  }
  return [...found];
}
