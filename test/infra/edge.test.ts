import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { TOKEN_HEADERS } from '../../functions/lambda/webhook-authentication.ts';
import { parseStages } from '../../infra/stages.ts';
import { createAppOf } from '../../infra/synthesise.ts';
import type { Resource } from './support/templates.ts';

const certificate = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/12345678-abcd`;
const domain = { name: 'origin.team.test', certificateArn: certificate('eu-west-1') };
const edge = { name: 'reprocess.team.test', certificateArn: certificate('us-east-1'), callsPerFiveMinutes: 500 };
const account = '123456789012';
const { guarded } = parseStages({
  guarded: { keepsData: true, account, region: 'eu-west-1', logRetentionDays: 5, domain, edge },
});

const outdir = mkdtempSync(join(tmpdir(), 'edge-'));
afterAll(() => rmSync(outdir, { recursive: true }));

describe('CloudFront and a firewall before the API', async () => {
  const app = await createAppOf({ guarded }, { outdir, bundles: false });
  const { stacks } = (app.node.findChild('guarded') as Stage).synth();
  const stack = stacks.find(({ stackName }) => stackName === 'reprocess-guarded-edge') ?? expect.fail('no such stack');
  const resources = Object.values<Resource>(stack.template.Resources);
  const only = (type: string) => {
    const [found, ...more] = resources.filter(({ Type }) => Type === type);
    expect(more).toEqual([]);
    return found?.Properties ?? expect.fail(`there is no ${type}`);
  };

  it('are where CloudFront wants them, whatever the region of the stage', () => {
    const regions = stacks.map(({ stackName, environment }) => [stackName, environment.account, environment.region]);
    expect(regions.toSorted()).toEqual([
      ['reprocess-guarded-edge', account, 'us-east-1'],
      ['reprocess-guarded-monitoring', account, 'eu-west-1'],
      ['reprocess-guarded-service', account, 'eu-west-1'],
      ['reprocess-guarded-storage', account, 'eu-west-1'],
    ]);
    expect(stack.terminationProtection).toBe(true);
  });

  it('hand on every method with its headers but Host, and keep nothing', () => {
    const { Aliases, Origins, DefaultCacheBehavior, ViewerCertificate } = only(
      'AWS::CloudFront::Distribution',
    ).DistributionConfig;
    expect([Aliases, Origins.map((origin: { DomainName: string }) => origin.DomainName)]).toEqual([
      ['reprocess.team.test'],
      ['origin.team.test'],
    ]);
    expect(DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      // AWS's own: nothing is cached; all but Host is handed on.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
    // As long as the API itself may take.
    expect(Origins[0].CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
      OriginReadTimeout: 30,
    });
    expect(DefaultCacheBehavior.AllowedMethods).toEqual(expect.arrayContaining(['PATCH', 'POST', 'HEAD']));
    expect(ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2021');
  });

  it('let one address have so many calls, and answer 429 to more', () => {
    const [rate, ...managed] = only('AWS::WAFv2::WebACL').Rules;
    expect(rate.Statement.RateBasedStatement).toMatchObject({ Limit: 500, AggregateKeyType: 'IP' });
    expect(rate.Action.Block.CustomResponse.ResponseCode).toBe(429);
    expect(managed).toHaveLength(2);
  });

  it('let through every other call but those that the lists of AWS refuse, which know no limit of a body', () => {
    const { DefaultAction, Rules, Scope } = only('AWS::WAFv2::WebACL');
    expect([DefaultAction, Scope]).toEqual([{ Allow: {} }, 'CLOUDFRONT']);
    const [, ...managed] = Rules;
    expect(managed).toMatchObject(
      ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesKnownBadInputsRuleSet'].map((Name) => ({
        // What the list itself says, which is to refuse.
        OverrideAction: { None: {} },
        Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name } },
      })),
    );
    // WAF takes no two rules of one priority.
    expect(Rules.map(({ Priority }: { Priority: number }) => Priority)).toEqual([0, 1, 2]);
  });

  it('keep no samples of calls, in which a key would stand', () => {
    const { VisibilityConfig, Rules } = only('AWS::WAFv2::WebACL');
    for (const each of [VisibilityConfig, ...Rules.map((rule: typeof VisibilityConfig) => rule.VisibilityConfig)]) {
      expect(each).toMatchObject({ SampledRequestsEnabled: false, CloudWatchMetricsEnabled: true });
    }
  });

  it('say by which name they are called, and where it has to lead', () => {
    const value = (output: string) => stack.template.Outputs[output].Value;
    expect(value('EdgeUrl')).toBe('https://reprocess.team.test');
    expect(value('EdgeTarget')).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^EdgeDistribution/), 'DomainName'],
    });
  });

  it('count no call of the webhook, which may never come again', () => {
    const [rate] = only('AWS::WAFv2::WebACL').Rules;
    const exactly = (field: object, SearchString: string) => ({
      ByteMatchStatement: {
        FieldToMatch: field,
        SearchString,
        PositionalConstraint: 'EXACTLY',
        TextTransformations: [{ Priority: 0, Type: 'NONE' }],
      },
    });
    const webhook = [exactly({ Method: {} }, 'POST'), exactly({ UriPath: {} }, '/webhooks/autoenhance')];
    expect(rate.Statement.RateBasedStatement.ScopeDownStatement).toEqual({
      NotStatement: { Statement: { AndStatement: { Statements: webhook } } },
    });
  });

  it("log neither a key nor a session nor the webhook's token", () => {
    const redacted = only('AWS::WAFv2::LoggingConfiguration').RedactedFields;
    const names = redacted.map(({ SingleHeader }: { SingleHeader: { Name: string } }) => SingleHeader.Name);
    expect(names.toSorted()).toEqual(['x-api-key', 'cookie', ...TOKEN_HEADERS].toSorted());
  });

  it('keep their log as long as the stage keeps its others', () => {
    expect(only('AWS::Logs::LogGroup').RetentionInDays).toBe(5);
  });

  it('have a log by a name that WAF takes', () => {
    const { LogGroupName } = only('AWS::Logs::LogGroup');
    expect(LogGroupName['Fn::Join'][1][0]).toMatch(/^aws-waf-logs-reprocess-guarded-edge-/);
  });

  it('let one address have 2,000 calls where the stage says nothing else', () => {
    const { callsPerFiveMinutes: _, ...usual } = edge;
    expect(parseStages({ dev: { keepsData: false, domain, edge: usual } }).dev.edge?.callsPerFiveMinutes).toBe(2000);
  });

  it.each([
    [{ edge }, 'dev.edge is {"name":"reprocess.team.test"'],
    [
      { domain: { ...domain, name: edge.name }, edge },
      'needs a domain of another name: CloudFront finds the API by it',
    ],
    [{ domain, edge: { ...edge, certificateArn: certificate('eu-west-1') } }, 'certificates in us-east-1'],
    [{ domain, edge: { ...edge, callsPerFiveMinutes: 9 } }, 'must be at least 10: WAF takes no smaller limit'],
  ])('are refused with %j', (change, sentence) => {
    expect(() => parseStages({ dev: { keepsData: false, ...change } })).toThrow(sentence);
  });
});
