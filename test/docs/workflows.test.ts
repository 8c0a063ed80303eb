import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NoRelease, releaseChangelog } from '../../tools/changelog.ts';
import { HELD, newest } from '../../tools/newest-dependencies.ts';
import { ROOT, readDocument } from './support/documents.ts';

const workflows = readdirSync(join(ROOT, '.github/workflows')).map((name) => {
  return [name, readDocument(`.github/workflows/${name}`).text] as const;
});

describe.each(workflows)('the workflow %s', (_name, text) => {
  it('takes actions of others by a full commit, with the version beside it', () => {
    const used = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action);
    const foreign = used.filter((action) => !action.startsWith('./'));
    expect(foreign.filter((action) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
    for (const action of used.filter((each) => each.startsWith('./'))) {
      expect(() => readFileSync(join(ROOT, action), 'utf8')).not.toThrow();
    }
  });

  it('may read the code and nothing else, unless a job says what it needs more', () => {
    expect(/^permissions:\n( {2}.*\n)+/m.exec(text)?.[0]).toBe('permissions:\n  contents: read\n');
  });

  it('puts no value of an event into a script, where it would be run', () => {
    const scripts = [...text.matchAll(/^ *(?:- )?run: (\|\n(?:(?: {8,}.*)?\n)+|.*\n)/gm)].map(
      ([, script = '']) => script,
    );
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('leaves no credentials of the checkout behind', () => {
    const checkouts = text.match(/actions\/checkout@/g) ?? [];
    expect(text.match(/persist-credentials: false/g) ?? []).toHaveLength(checkouts.length);
  });
});

it('one action has one commit in all workflows', () => {
  const all = workflows.flatMap(([, text]) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)[\w/-]*@(\w+)/g)]);
  const commits = Map.groupBy(all, ([, action]) => action);
  for (const [action, uses] of commits) expect(new Set(uses.map(([, , commit]) => commit)).size, action).toBe(1);
});

it('a stage is deployed in the environment that its role trusts', () => {
  const workflow = readDocument('.github/workflows/deploy-stage.yml').text;
  const [, expression] = /^ {4}environment: \$\{\{ (.*) \}\}$/m.exec(workflow) ?? [];
  expect(expression).toBe("fromJSON(vars.DEPLOY_ENVIRONMENTS || '{}')[inputs.stage] || inputs.stage");
  expect(readDocument('docs/deploy.md').text).toContain('`DEPLOY_ENVIRONMENTS`');
});

it('stages are deployed in their order, each after the one before', () => {
  const workflow = readDocument('.github/workflows/deploy.yml').text;
  const jobs = [...workflow.matchAll(/^ {2}(\w+):\n((?: {4}.*\n|\n)+)/gm)].map(([, job, text = '']) => {
    return [job, /^ {4}needs: (\w+)$/m.exec(text)?.[1], /^ {6}stage: (\w+)$/m.exec(text)?.[1]];
  });
  expect(jobs.filter(([, , stage]) => stage !== undefined)).toEqual([
    ['dev', undefined, 'dev'],
    ['staging', 'dev', 'staging'],
    ['production', 'staging', 'production'],
  ]);
});

it('a stage is shown the difference, deployed and checked, and taken back when the check fails', () => {
  const workflow = readDocument('.github/workflows/deploy-stage.yml').text;
  const commands = [...workflow.matchAll(/npm run (?:--silent )?(?:cli -- )?(\w+) (?:-- |--stage )"\$STAGE"/g)].map(
    ([, name]) => name,
  );
  expect(commands).toEqual(['diff', 'deploy', 'smoke', 'rollback']);
  const [, condition] = /^ {8}if: (.*)\n {8}run: npm run rollback /m.exec(workflow) ?? [];
  expect(condition).toBe("failure() && steps.smoke.outcome == 'failure'");
  expect(workflow).toMatch(/^ {8}id: smoke\n {8}run: npm run cli -- smoke /m);
});

it.each([
  ['check.yml', 'npm audit --omit=dev'],
  ['codeql.yml', 'github/codeql-action/analyze@'],
  ['dependency-review.yml', 'actions/dependency-review-action@'],
  ['release.yml', 'npm sbom --omit=dev --sbom-format=cyclonedx'],
])('what is deployed is looked at for weaknesses, and known part by part: %s has %s', (name, part) => {
  expect(readDocument(`.github/workflows/${name}`).text).toContain(part);
});

it('what is looked at for weaknesses is all that functions, page and packages are made of', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const imported = ['functions', 'console/src', 'client/src', 'cli/src'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
      .flatMap((text) => [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from '((?:@[\w-]+\/)?[\w.-]+)/gm)])
      .flatMap(([, name = '']) => (/^(?:\.|node$)/.test(name) ? [] : name)),
  );
  expect(new Set(imported)).toEqual(new Set(Object.keys(dependencies)));
});

it('a release is made only when everything was checked', () => {
  const workflow = readDocument('.github/workflows/release.yml').text;
  const steps = ['npm run check', 'npm sbom', 'git tag ', 'git push ', 'gh release create '].map((step) =>
    workflow.indexOf(step),
  );
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(steps).not.toContain(-1);
});

describe('the changelog of a release', () => {
  const before = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n\n## [0.1.0] - 2026-01-01\n\n- Old.\n';

  it('has a section for what was unreleased, and an empty one above it', () => {
    const { changelog, notes } = releaseChangelog(before, '0.2.0', '2026-11-28');
    expect(changelog).toBe(before.replace('[Unreleased]\n', '[Unreleased]\n\n## [0.2.0] - 2026-11-28\n'));
    expect(notes).toBe('### Added\n\n- One.\n');
  });

  it('can be made of the one that is there', () => {
    const text = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
    expect(releaseChangelog(text, '999.0.0', '2026-11-28').changelog).toContain('\n## [999.0.0] - 2026-11-28\n');
  });

  it.each([
    ['v0.2.0', before, 'the version must be three numbers such as 1.4.0, got "v0.2.0"'],
    ['0.2.0-rc.1', before, 'the version must be three numbers such as 1.4.0, got "0.2.0-rc.1"'],
    ['0.1.0', before, 'CHANGELOG.md has a section 0.1.0 already'],
    ['0.2.0', '# Changelog\n', 'CHANGELOG.md has no section [Unreleased]'],
    ['0.2.0', before.replace('### Added\n\n- One.\n', ''), 'CHANGELOG.md has nothing under [Unreleased]'],
  ])('is refused: %s', (version, text, sentence) => {
    expect(() => releaseChangelog(text, version, '2026-11-28')).toThrow(NoRelease);
    expect(() => releaseChangelog(text, version, '2026-11-28')).toThrow(sentence);
  });
});

it('nobody is asked to take what is held, nor another Node than Lambda runs', () => {
  const { text } = readDocument('.github/dependabot.yml');
  const ignored = [...text.matchAll(/- dependency-name: '?([^'\n]+)'?\n +versions: \['>=(\d+)'\]/g)];
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const nodes = Object.entries<string>(optionalDependencies).map(([name, version]) => [
    name,
    version.split('.')[0] ?? '',
  ]);
  const held = [...Object.entries(HELD), ...nodes].map(([name = '', major]) => {
    const [, , first] =
      ignored.find(([, pattern = '']) => new RegExp(`^${pattern.replace('*', '.*')}$`).test(name)) ?? [];
    return [name, Number(first) - 1 === Number(major)];
  });
  expect(held).toEqual(held.map(([name]) => [name, true]));
});

it('the nightly check takes the newest of everything but what is held', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  expect(Object.keys(HELD).filter((name) => !names.includes(name))).toEqual([]);
  expect(newest(['zod', 'aws-cdk'])).toEqual(['zod@latest', 'aws-cdk@2']);
});
