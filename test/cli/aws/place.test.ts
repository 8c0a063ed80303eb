import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { placeOf } from '../../../cli/src/aws/place.ts';
import { temporaryFolder } from '../support/run.ts';

/** A folder whose cdk.json is this text; undefined: without one. */
function folderWith(text?: string): string {
  const folder = temporaryFolder();
  if (text !== undefined) writeFileSync(join(folder, 'cdk.json'), text);
  vi.stubEnv('CDK_CONTEXT_JSON', undefined);
  vi.stubEnv('HOME', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
}

const withStages = (stages: unknown) => JSON.stringify({ context: { stages } });

describe('where a stage is', () => {
  it('is on this machine for the stage local, at the usual port or another', () => {
    expect(placeOf({ stage: 'local' })).toEqual({ stage: 'local', port: 8787 });
    expect(placeOf({ stage: 'local', port: '9000' })).toEqual({ stage: 'local', port: 9000 });
  });

  it('is in the region that cdk.json here says', () => {
    const folder = folderWith(withStages({ dev: { region: 'eu-west-1', keepsData: false }, production: {} }));
    expect(placeOf({ stage: 'dev' }, folder).settings).toEqual({ region: 'eu-west-1' });
    expect(placeOf({ stage: 'production' }, folder).settings).toEqual({});
  });

  it.each([
    ['no cdk.json', undefined],
    ['the cdk.json of another project', withStages(['dev'])],
  ])('is left to AWS in a folder with %s', (_, text) => {
    const folder = folderWith(text);
    expect(placeOf({ stage: 'any' }, folder)).toEqual({ stage: 'any', port: 8787, settings: undefined });
    expect(() => placeOf({}, folder)).toThrow('--stage must be the name of a stage, or local, got nothing');
  });

  it.each([
    [{ stage: 'prod' }, '--stage must be one of dev, local, got prod'],
    [{ stage: 'toString' }, '--stage must be one of dev, local, got toString'],
    [{}, '--stage must be one of dev, local, got nothing'],
    [{ stage: 'dev', port: '9000' }, '--port is for the stage local alone, got it with dev'],
    [{ stage: 'local', port: 'x' }, '--port must be a whole number from 1 to 65529, got x'],
    [{ stage: 'local', port: '65530' }, '--port must be a whole number from 1 to 65529, got 65530'],
  ])('is not %j, and it says what is allowed', (options, sentence) => {
    expect(() => placeOf(options, folderWith(withStages({ dev: {} })))).toThrow(sentence);
  });

  it('is not known by a cdk.json that is not JSON', () => {
    expect(() => placeOf({ stage: 'dev' }, folderWith('{'))).toThrow('cdk.json must be JSON: ');
  });
});
