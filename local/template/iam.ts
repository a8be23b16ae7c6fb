import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, PARTITION } from './arn.ts';
import { type Resource, type Template, Unsupported } from './template.ts';

/** Tools and tests may act under this access key; it may do everything. */
export const LOCAL_ADMIN = 'local-admin';

/** Managed policies that only allow writing the function's own log, which locally is the terminal. */
const LOG_ONLY = /:policy\/service-role\/AWSLambdaBasicExecutionRole$/;

/** Condition keys for which a call carries a value. A policy with another one is refused at start. */
const KNOWN_KEYS = new Set([
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'dynamodb:leadingkeys',
]);

/** One call to an AWS API, as IAM sees it. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  /** Partition key values that a DynamoDB call touches. */
  readonly leadingKeys?: readonly string[];
}

interface Policy {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a policy document, which the simulator parses
  readonly policy: any;
}

/** Lets a function, and a rule, do locally only what its role allows in the cloud. */
export class Iam {
  readonly #template: Template;
  readonly #policies = new Map<string, Policy[]>();
  readonly #resourcePolicies = new Map<string, unknown>();
  readonly #roleOfFunction = new Map<string, string>();
  readonly #decided = new Map<string, boolean>();
  readonly #keyedRoles = new Set<string>();

  constructor(template: Template) {
    this.#template = template;
    for (const role of template.ofType('AWS::IAM::Role'))
      this.#policies.set(role.logicalId, inlinePolicies(role));
    for (const policy of template.ofType('AWS::IAM::Policy')) this.#attach(policy);
    for (const policy of template.ofType('AWS::SQS::QueuePolicy')) {
      for (const url of policy.properties.Queues) {
        const { logicalId } = template.find('AWS::SQS::Queue', url);
        this.#resourcePolicies.set(template.names.arn(logicalId), policy.properties.PolicyDocument);
      }
    }
    for (const { logicalId, properties } of template.ofType('AWS::Lambda::Function')) {
      this.#roleOfFunction.set(logicalId, template.find('AWS::IAM::Role', properties.Role).logicalId);
    }
    for (const [roleId, policies] of this.#policies) {
      const keys = policies.flatMap(({ policy }) => conditionKeys(policy));
      const unknown = keys.find((key) => !KNOWN_KEYS.has(key));
      if (unknown)
        throw new Unsupported(roleId, 'AWS::IAM::Role', `the condition key ${unknown} is not supported`);
      if (keys.includes('dynamodb:leadingkeys')) this.#keyedRoles.add(roleId);
    }
  }

  #attach(policy: Resource): void {
    const { PolicyName, PolicyDocument, Roles } = policy.properties;
    for (const role of Roles ?? []) {
      const { logicalId } = this.#template.find('AWS::IAM::Role', role);
      this.#policies.get(logicalId)?.push({ name: PolicyName, policy: PolicyDocument });
    }
  }

  /** Whether the function with this access key may make the call. */
  async functionMay(accessKey: string, access: Access): Promise<boolean> {
    if (accessKey === LOCAL_ADMIN) return true;
    const roleId = this.#roleOfFunction.get(accessKey);
    return roleId !== undefined && this.#roleMay(roleId, access);
  }

  /** Whether a role given by ARN, such as that of a topic rule's action, may make the call. */
  async roleMay(roleArn: string, access: Access): Promise<boolean> {
    return this.#roleMay(this.#template.find('AWS::IAM::Role', roleArn).logicalId, access);
  }

  /** Stops the start where an event source or a destination could not work in the cloud. */
  async demand(functionId: string, accesses: readonly Access[]): Promise<void> {
    for (const access of accesses) {
      if (await this.functionMay(functionId, access)) continue;
      throw new Error(`The role of ${functionId} does not allow ${access.action} on ${access.resource}`);
    }
  }

  /** The principal as it stands in a refusal. */
  principal(accessKey: string): string {
    const role = this.#roleOfFunction.get(accessKey) ?? 'unknown';
    return `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/${role}/${accessKey}`;
  }

  async #roleMay(roleId: string, access: Access): Promise<boolean> {
    // Keys only matter to roles with a condition on them; for all others the cache would be useless with them.
    const keys = this.#keyedRoles.has(roleId) ? access.leadingKeys : undefined;
    const question = JSON.stringify([roleId, access.action, access.resource, keys]);
    const known = this.#decided.get(question);
    if (known !== undefined) return known;
    const allowed = await this.#simulate(roleId, access, keys);
    if (this.#decided.size > 20_000) this.#decided.clear();
    this.#decided.set(question, allowed);
    return allowed;
  }

  async #simulate(
    roleId: string,
    access: Access,
    leadingKeys: readonly string[] | undefined,
  ): Promise<boolean> {
    const resourcePolicy = this.#resourcePolicies.get(access.resource);
    const answer = await runSimulation(
      {
        identityPolicies: this.#policies.get(roleId) ?? [],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
        request: {
          principal: `arn:${PARTITION}:iam::${ACCOUNT}:role/${roleId}`,
          action: access.action,
          resource: { resource: access.resource, accountId: ACCOUNT },
          contextVariables: {
            'aws:PrincipalArn': this.#template.names.arn(roleId),
            'aws:SecureTransport': 'true',
            'aws:SourceAccount': ACCOUNT,
            ...(leadingKeys === undefined ? {} : { 'dynamodb:LeadingKeys': [...leadingKeys] }),
          },
        },
      },
      {},
    );
    if (answer.resultType === 'error') {
      throw new Error(
        `IAM cannot judge ${access.action} on ${access.resource}: ${JSON.stringify(answer.errors)}`,
      );
    }
    return answer.overallResult === 'Allowed';
  }
}

function inlinePolicies(role: Resource): Policy[] {
  for (const arn of role.properties.ManagedPolicyArns ?? []) {
    if (!LOG_ONLY.test(arn))
      throw new Unsupported(role.logicalId, role.type, `the managed policy ${arn} is not known`);
  }
  return (role.properties.Policies ?? []).map((inline: Record<string, unknown>) => ({
    name: inline.PolicyName,
    policy: inline.PolicyDocument,
  }));
}

function conditionKeys(document: { Statement: unknown }): string[] {
  const statements = [document.Statement].flat() as { Condition?: Record<string, Record<string, unknown>> }[];
  return statements.flatMap(({ Condition }) =>
    Object.values(Condition ?? {}).flatMap((operands) =>
      Object.keys(operands).map((key) => key.toLowerCase()),
    ),
  );
}

/** Whether the template lets a service invoke a function (AWS::Lambda::Permission). */
export class InvokePermissions {
  readonly #permissions: { functionId: string; principal: string; sourceArn: string | undefined }[];

  constructor(template: Template) {
    this.#permissions = template.ofType('AWS::Lambda::Permission').map((permission) => {
      const { Action, FunctionName, Principal, SourceArn, SourceAccount } = permission.properties;
      const refuse = (what: string) => new Unsupported(permission.logicalId, permission.type, what);
      if (Action !== 'lambda:InvokeFunction') throw refuse(`Action ${Action}`);
      if (SourceAccount !== undefined && SourceAccount !== ACCOUNT)
        throw refuse(`SourceAccount ${SourceAccount}`);
      const functionId = template.find('AWS::Lambda::Function', FunctionName).logicalId;
      return { functionId, principal: Principal, sourceArn: SourceArn };
    });
  }

  /** Service names may carry the region (`logs.us-east-1.amazonaws.com`). */
  allows(functionId: string, service: string, sourceArn: string): boolean {
    return this.#permissions.some(
      (permission) =>
        permission.functionId === functionId &&
        permission.principal.startsWith(`${service}.`) &&
        (permission.sourceArn === undefined || wildcardMatch(permission.sourceArn, sourceArn)),
    );
  }

  demand(functionId: string, service: string, sourceArn: string): void {
    if (this.allows(functionId, service, sourceArn)) return;
    throw new Error(`No AWS::Lambda::Permission lets ${service} invoke ${functionId} for ${sourceArn}`);
  }
}

/** IAM's wildcards: `*` any text, `?` one character. */
export function wildcardMatch(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
