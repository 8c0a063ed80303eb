import { ACCOUNT, type Identity, identityOf, type LocalAddresses, REGION } from './identities.ts';
import { resolveIntrinsics, type Symbols, UnsupportedTemplate } from './intrinsics.ts';

/** One stack as synthesis wrote it. */
export interface SynthesisedStack {
  readonly name: string;
  readonly template: Template;
  /** Directories by the key under which a deploy would store them: `<hash>.zip`. */
  readonly assets: Readonly<Record<string, string>>;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>> | undefined;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>> | undefined;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>> | undefined;
  readonly Condition?: string | undefined;
}

interface TemplateOutput {
  readonly Value?: unknown;
  readonly Export?: { readonly Name?: unknown } | undefined;
}

/** What the stacks of one stage say, as a deploy would see it. */
export interface References {
  /** A value of a stack's template with its intrinsic functions carried out. @throws UnsupportedTemplate */
  resolve(stack: SynthesisedStack, value: unknown): unknown;
  /** @throws UnsupportedTemplate when the stack has no such resource, or one that nothing is known to refer to */
  identityOf(stack: SynthesisedStack, logicalId: string): Identity;
}

/** Resolves references within a stack, and between stacks by what they export. */
export function createReferences(stacks: readonly SynthesisedStack[], addresses: LocalAddresses): References {
  const resolve: References['resolve'] = (stack, value) => resolveIntrinsics(value, symbolsOf(stack));
  const identityIn: References['identityOf'] = (stack, logicalId) => {
    const resource = stack.template.Resources[logicalId];
    if (resource === undefined)
      throw new UnsupportedTemplate(`${stack.name} has no resource or parameter ${logicalId}`);
    const { Type: type, Properties: properties = {} } = resource;
    const resolveOne = (property: string) => resolve(stack, properties[property]);
    return identityOf({ type, stack: stack.name, logicalId, properties, resolve: resolveOne }, addresses);
  };
  const symbolsOf = (stack: SynthesisedStack): Symbols => ({
    ref(logicalId) {
      const pseudo = PSEUDO_PARAMETERS[logicalId];
      if (pseudo !== undefined) return pseudo(stack.name);
      const parameter = stack.template.Parameters?.[logicalId];
      return parameter === undefined ? identityIn(stack, logicalId).ref : parameter.Default;
    },
    attribute(logicalId, attribute) {
      const value = identityIn(stack, logicalId).attributes[attribute];
      if (value !== undefined) return value;
      throw new UnsupportedTemplate(`the local service does not know the attribute ${attribute} of ${logicalId}`);
    },
    importValue(name) {
      for (const exporter of stacks) {
        const outputs = Object.values(exporter.template.Outputs ?? {});
        const found = outputs.find(({ Export }) => Export !== undefined && resolve(exporter, Export.Name) === name);
        if (found !== undefined) return resolve(exporter, found.Value);
      }
      throw new UnsupportedTemplate(`no stack of this stage exports ${name}`);
    },
  });
  return { resolve, identityOf: identityIn };
}

const PSEUDO_PARAMETERS: Readonly<Record<string, (stack: string) => string | undefined>> = {
  'AWS::AccountId': () => ACCOUNT,
  'AWS::Region': () => REGION,
  'AWS::Partition': () => 'aws',
  'AWS::URLSuffix': () => 'amazonaws.com',
  'AWS::StackName': (stack) => stack,
  'AWS::StackId': (stack) => `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stack}/local`,
  'AWS::NoValue': () => undefined,
};
