import { describe, expect, it } from 'vitest';
import { parseStages } from '../../infra/stages.ts';
import { meaningOf, resource, resourcesOf, templatesWith } from './support/templates.ts';

const domain = {
  name: 'reprocess.team.test',
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-abcd',
  zone: { id: 'Z0123456789ABC', name: 'team.test' },
  disableExecuteApiEndpoint: true,
};
const { named } = parseStages({ named: { keepsData: true, domain } });

describe('a domain of the stage’s own', async () => {
  const templates = await templatesWith('named', named);
  const { storage, service } = templates;
  const only = (type: string) => {
    const all = [...Object.values(resourcesOf(storage, type)), ...Object.values(resourcesOf(service, type))];
    expect(all).toHaveLength(1);
    return all[0]?.Properties;
  };
  const meaning = (value: unknown) => meaningOf(value, templates);

  it('stays when the service stack goes, and leads to the API by a mapping', () => {
    expect(resourcesOf(service, 'AWS::ApiGatewayV2::DomainName')).toEqual({});
    const { DomainName, DomainNameConfigurations } = only('AWS::ApiGatewayV2::DomainName');
    expect([DomainName, DomainNameConfigurations]).toEqual([
      domain.name,
      [{ CertificateArn: domain.certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }],
    ]);
    const mapping = only('AWS::ApiGatewayV2::ApiMapping');
    expect([mapping.DomainName, mapping.ApiId, mapping.Stage].map(meaning)).toEqual([
      'ApiDomain/Name',
      'Api/Api',
      '$default',
    ]);
  });

  it('is entered in its hosted zone', () => {
    const { Name, Type, HostedZoneId, AliasTarget } = only('AWS::Route53::RecordSet');
    expect([Name, Type, HostedZoneId]).toEqual(['reprocess.team.test.', 'A', domain.zone.id]);
    expect(AliasTarget).toEqual({
      DNSName: { 'Fn::GetAtt': [expect.stringMatching(/^ApiDomainName/), 'RegionalDomainName'] },
      HostedZoneId: { 'Fn::GetAtt': [expect.stringMatching(/^ApiDomainName/), 'RegionalHostedZoneId'] },
    });
  });

  it('is the address that is given out, and the only one that answers when the other is switched off', () => {
    const { ApiUrl, WebhookUrl } = service.Outputs;
    expect([ApiUrl?.Value, WebhookUrl?.Value]).toEqual([
      'https://reprocess.team.test',
      'https://reprocess.team.test/webhooks/autoenhance',
    ]);
    expect(only('AWS::ApiGatewayV2::Api').DisableExecuteApiEndpoint).toBe(true);
    expect(meaning(storage.Outputs.ApiDomainTarget?.Value)).toBe('ApiDomain/Name');
  });

  describe('with a name and a certificate alone', async () => {
    const { zone: _, disableExecuteApiEndpoint: __, ...least } = domain;
    const { other } = parseStages({ other: { keepsData: false, domain: least } });
    const { storage: without, service: both } = await templatesWith('other', other);

    it('makes no record', () => {
      expect(resourcesOf(without, 'AWS::Route53::RecordSet')).toEqual({});
      expect(without.Outputs).toHaveProperty('ApiDomainTarget');
    });

    it('leaves the address that AWS makes as it is', () => {
      expect(resource(both, 'AWS::ApiGatewayV2::Api', 'Api/Api').Properties).not.toHaveProperty(
        'DisableExecuteApiEndpoint',
      );
    });
  });

  it.each([
    ['name', 'Reprocess.team.test', 'dev.domain.name is "Reprocess.team.test": must be a domain name such as'],
    [
      'certificateArn',
      'arn:aws:iam::1',
      'dev.domain.certificateArn is "arn:aws:iam::1": must be the ARN of one of ACM’s',
    ],
    [
      'zone',
      { id: 'Z1', name: 'other.test' },
      'dev.domain.zone.name is "other.test": must be the end of the domain name',
    ],
    ['zone', { id: 'Z1', name: 'eam.test' }, 'dev.domain.zone.name is "eam.test": must be the end of the domain name'],
    ['zone', { id: 'one', name: 'team.test' }, 'dev.domain.zone.id is "one": must be the id of a hosted zone'],
    ['zone', { id: 'A1', name: 'team.test' }, 'dev.domain.zone.id is "A1": must be the id of a hosted zone'],
  ])('is refused with a wrong %s: %j', (setting, value, sentence) => {
    const entry = { keepsData: false, domain: { ...domain, [setting]: value } };
    expect(() => parseStages({ dev: entry })).toThrow(sentence);
  });

  it('may be the name of its zone', () => {
    const zone = { ...domain.zone, name: domain.name };
    expect(() => parseStages({ dev: { keepsData: false, domain: { ...domain, zone } } })).not.toThrow();
  });
});
