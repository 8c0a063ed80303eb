// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's own.
import { describe, expect, it } from 'vitest';
import { resolveIntrinsics, type Symbols, UnsupportedTemplate } from '../../local/template/intrinsics.ts';

const symbols: Symbols = {
  ref: (logicalId) => (logicalId === 'AWS::NoValue' ? undefined : `<${logicalId}>`),
  attribute: (logicalId, attribute) => `<${logicalId}.${attribute}>`,
  importValue: (name) => `<import ${name}>`,
};

describe('an intrinsic function is replaced by what it stands for', () => {
  it.each([
    ['Ref', { Ref: 'Queue' }, '<Queue>'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, '<Queue.Arn>'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, '<Queue.Arn>'],
    ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Stack}-out' } }, '<import <Stack>-out>'],
    ['Fn::Sub', { 'Fn::Sub': 'a-${AWS::Region}-${Queue.Arn}-${!Literal}' }, 'a-<AWS::Region>-<Queue.Arn>-${Literal}'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${Mine}/${Queue}', { Mine: { Ref: 'X' } }] }, '<X>/<Queue>'],
    ['Fn::Join', { 'Fn::Join': ['/', ['a', { Ref: 'Queue' }, 'c']] }, 'a/<Queue>/c'],
    ['Fn::Split', { 'Fn::Split': [':', 'a:b'] }, ['a', 'b']],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': [':', { 'Fn::Join': [':', ['a', 'b']] }] }] }, 'b'],
    ['inside objects and lists', { a: [{ b: { Ref: 'Queue' } }], n: 1 }, { a: [{ b: '<Queue>' }], n: 1 }],
    ['AWS::NoValue leaves its member out', { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
  ])('%s', (_, value, expected) => {
    expect(resolveIntrinsics(value, symbols)).toEqual(expected);
  });
});

describe('what cannot be resolved is refused', () => {
  it.each([
    ['a function that nobody taught it', { 'Fn::If': ['Yes', 1, 2] }, 'does not know the intrinsic function Fn::If'],
    ['a condition', { Condition: 'Yes' }, 'does not know the intrinsic function Condition'],
    ['a part that is missing', { 'Fn::Select': [2, ['a', 'b']] }, 'Fn::Select cannot be resolved from [2,["a","b"]]'],
    ['a join of what is no list', { 'Fn::Join': ['', 'text'] }, 'Fn::Join cannot be resolved from "text"'],
  ])('%s', (_, value, message) => {
    expect(() => resolveIntrinsics({ deep: [value] }, symbols)).toThrow(UnsupportedTemplate);
    expect(() => resolveIntrinsics({ deep: [value] }, symbols)).toThrow(message);
  });
});
