import { describe, expect, it } from 'vitest';
import { parseStages } from '../../infra/stages.ts';
import { pathOf, resource, resourcesOf, templatesWith } from './support/templates.ts';

const settingsWith = (console: unknown) => parseStages({ qa: { keepsData: false, console } }).qa;
const variablesOf = (template: Parameters<typeof resource>[0], path: string) =>
  resource(template, 'AWS::Lambda::Function', `${path}/Function`).Properties.Environment.Variables;
const CALLED = ['ApiHandler', 'BatchApi', 'OrderApi', 'CallbackApi'];

describe('a stage', () => {
  it('whose console is read-only tells every function that takes sessions', async () => {
    const { service } = await templatesWith('qa', settingsWith('read-only'));
    for (const path of [...CALLED, 'Console']) {
      expect([path, variablesOf(service, path).CONSOLE]).toEqual([path, 'read-only']);
    }
  });

  it('without a console has nothing of one, and takes no sessions', async () => {
    const { service, monitoring } = await templatesWith('qa', settingsWith('off'));
    const paths = Object.values(service.Resources)
      .filter(({ Metadata }) => Metadata !== undefined)
      .map(pathOf);
    expect(paths.filter((path) => /^Console|SessionSecret/.test(path))).toEqual([]);
    const routes = Object.values(resourcesOf(service, 'AWS::ApiGatewayV2::Route'));
    expect(routes.map(({ Properties }) => Properties.RouteKey).filter((key) => key.includes('console'))).toEqual([]);
    expect(Object.keys(service.Outputs)).not.toContain('ConsoleUrl');
    for (const path of CALLED) {
      expect(variablesOf(service, path)).toMatchObject({ CONSOLE: 'off', SESSION_SECRET_ID: '' });
    }
    expect(monitoring).toBeDefined();
  });

  it('with another setting is refused', () => {
    expect(() => settingsWith('yes')).toThrow('qa.console is "yes": must be on, read-only or off');
  });
});
