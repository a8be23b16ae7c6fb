import { arnOf } from '../template/arn.ts';
import { wildcardMatch } from '../template/iam.ts';

/** What a connection may be asked: the actions of IoT policies. */
export type IotAction = 'iot:Connect' | 'iot:Publish' | 'iot:Subscribe' | 'iot:Receive' | 'iot:RetainPublish';

/** Values of policy variables of one connection; a variable without a value never matches. */
export interface PolicyVariables {
  readonly 'iot:ClientId': string;
  readonly 'iot:Connection.Thing.ThingName'?: string;
  readonly 'iot:Connection.Thing.IsAttached': 'true' | 'false';
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** An IoT policy document, from the template or from an authorizer's answer. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Statement | Statement[];
}

const RESOURCE_KIND: { readonly [action in IotAction]: string } = {
  'iot:Connect': 'client',
  'iot:Publish': 'topic',
  'iot:RetainPublish': 'topic',
  'iot:Receive': 'topic',
  'iot:Subscribe': 'topicfilter',
};

const VARIABLE = /\$\{([^}]+)\}/g;

/** What in these documents cannot be judged locally; undefined when all can. */
export function unsupportedInPolicy(documents: readonly PolicyDocument[]): string | undefined {
  for (const statement of documents.flatMap(statements)) {
    for (const name of Object.keys(statement)) {
      if (!['Effect', 'Action', 'Resource', 'Condition', 'Sid'].includes(name))
        return `the statement member ${name}`;
    }
    for (const [, variable = ''] of [statement.Resource].flat().join(' ').matchAll(VARIABLE)) {
      if (!/^iot:(ClientId|Connection\.Thing\.ThingName)$/.test(variable))
        return `the policy variable ${variable}`;
    }
    for (const [operator, operands] of Object.entries(statement.Condition ?? {})) {
      const key = Object.keys(operands).find((name) => name !== 'iot:Connection.Thing.IsAttached');
      if (operator !== 'Bool' || key !== undefined) return `the condition ${operator} ${key ?? ''}`;
    }
  }
  return undefined;
}

/** Judges actions by policy documents: an explicit Deny wins, then an Allow, else no. */
export function compilePolicies(
  documents: readonly PolicyDocument[],
  variables: PolicyVariables,
): (action: IotAction, name: string) => boolean {
  const all = documents.flatMap(statements).filter((statement) => conditionHolds(statement, variables));
  // A device says the same few things again and again; each answer is worked out once.
  const known = new Map<string, boolean>();
  return (action, name) => {
    const question = `${action} ${name}`;
    let allowed = known.get(question);
    if (allowed === undefined) {
      const arn = arnOf('iot', `${RESOURCE_KIND[action]}/${name}`);
      const matching = all.filter((statement) => matches(statement, action, arn, variables));
      allowed = matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
      if (known.size < 1000) known.set(question, allowed);
    }
    return allowed;
  };
}

function statements(document: PolicyDocument): Statement[] {
  return [document.Statement].flat();
}

function matches(statement: Statement, action: IotAction, arn: string, variables: PolicyVariables): boolean {
  if (![statement.Action].flat().some((pattern) => wildcardMatch(pattern, action))) return false;
  return [statement.Resource].flat().some((pattern) => resourceMatches(pattern, arn, variables));
}

/** A variable's value is text, never a wildcard, whatever characters a device puts into its name. */
function resourceMatches(pattern: string, arn: string, variables: PolicyVariables): boolean {
  const values: Readonly<Record<string, string | undefined>> = { ...variables };
  let complete = true;
  const filled = pattern.replace(VARIABLE, (_whole, variable: string) => {
    const value = values[variable];
    if (value === undefined || /[*?]/.test(value)) complete = false;
    return value ?? '';
  });
  return complete && wildcardMatch(filled, arn);
}

function conditionHolds(statement: Statement, variables: PolicyVariables): boolean {
  const wanted = statement.Condition?.Bool?.['iot:Connection.Thing.IsAttached'];
  return wanted === undefined || [wanted].flat().includes(variables['iot:Connection.Thing.IsAttached']);
}
