import { meaningOf, pathOf, resourcesOf, type StageTemplates } from './templates.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What each role of a stage may do, as `action on resource`, sorted; by the role's path. */
export function permissions(stage: StageTemplates): Readonly<Record<string, readonly string[]>> {
  const byRole: Record<string, string[]> = {};
  for (const { Properties } of Object.values(resourcesOf(stage.service, 'AWS::IAM::Policy'))) {
    const lines = Properties.PolicyDocument.Statement.flatMap((statement: Statement) => linesOf(statement, stage));
    for (const role of Properties.Roles) {
      const path = meaningOf(role, stage);
      byRole[path] = [...(byRole[path] ?? []), ...lines].sort();
    }
  }
  return byRole;
}

function linesOf({ Effect, Action, Resource, Condition }: Statement, stage: StageTemplates): string[] {
  if (Effect !== 'Allow') throw new Error(`this table knows Allow only, got ${Effect}`);
  const limit = Condition === undefined ? '' : ` if ${conditionOf(Condition)}`;
  return [Action]
    .flat()
    .flatMap((action) => [Resource].flat().map((on) => `${action} on ${meaningOf(on, stage)}${limit}`));
}

/** `dynamodb:LeadingKeys file:*`: the value that a key of the request must have. */
function conditionOf(condition: unknown): string {
  const [[, tests] = []] = Object.entries(condition as Readonly<Record<string, object>>);
  const [[key, value] = []] = Object.entries(tests ?? {});
  return `${key} ${value}`;
}

/** Policies that a role carries beside its own: AWS's managed ones, and those written into the role itself. */
export function otherPolicies({ service, storage }: StageTemplates): readonly string[] {
  return [service, storage]
    .flatMap((template) => Object.values(resourcesOf(template, 'AWS::IAM::Role')))
    .filter(({ Properties }) => Properties.ManagedPolicyArns ?? Properties.Policies)
    .map(pathOf);
}
