import { ACCOUNT, arnOf, PARTITION, REGION } from './arn.ts';
import type { Assembly } from './assembly.ts';

/** How resources are called, once the template is resolved. */
export interface Names {
  /** What `Ref` gives: mostly the name, for a queue its URL, for a secret its ARN. */
  ref(logicalId: string): string;
  arn(logicalId: string): string;
  /** The physical name. */
  name(logicalId: string): string;
  readonly endpoints: { readonly gateway: string; readonly api: string };
}

type Raw = Assembly['template']['Resources'][string];

/** The property that names a resource of each type, where one may be given. */
const NAME_PROPERTY: { readonly [type: string]: string } = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::IoT::TopicRule': 'RuleName',
  'AWS::IoT::Policy': 'PolicyName',
  'AWS::IoT::Authorizer': 'AuthorizerName',
  'AWS::IoT::DomainConfiguration': 'DomainConfigurationName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Events::Rule': 'Name',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::ApiGatewayV2::Stage': 'StageName',
};

const ARN: { readonly [type: string]: (name: string) => string } = {
  'AWS::DynamoDB::Table': (name) => arnOf('dynamodb', `table/${name}`),
  'AWS::IoT::TopicRule': (name) => arnOf('iot', `rule/${name}`),
  'AWS::IoT::Policy': (name) => arnOf('iot', `policy/${name}`),
  'AWS::IoT::Authorizer': (name) => arnOf('iot', `authorizer/${name}`),
  'AWS::IoT::DomainConfiguration': (name) => arnOf('iot', `domainconfiguration/${name}`),
  'AWS::Lambda::Function': (name) => arnOf('lambda', `function:${name}`),
  'AWS::IAM::Role': (name) => `arn:${PARTITION}:iam::${ACCOUNT}:role/${name}`,
  'AWS::SQS::Queue': (name) => arnOf('sqs', name),
  'AWS::Events::Rule': (name) => arnOf('events', `rule/${name}`),
  'AWS::Logs::LogGroup': (name) => arnOf('logs', `log-group:${name}:*`),
  'AWS::SecretsManager::Secret': (name) => arnOf('secretsmanager', `secret:${name}-local1`),
  'AWS::CloudWatch::Alarm': (name) => arnOf('cloudwatch', `alarm:${name}`),
};

/** The intrinsic function that a value consists of, or undefined for plain data. */
export function intrinsicOf(value: object): [string, unknown] | undefined {
  const entries = Object.entries(value);
  const [entry] = entries;
  const isIntrinsic =
    entries.length === 1 && entry !== undefined && /^(Ref|Condition|Fn::.+)$/.test(entry[0]);
  // An IAM statement also has a member called Condition, but never alone and never a string.
  return isIntrinsic && (entry[0] !== 'Condition' || typeof entry[1] === 'string') ? entry : undefined;
}

/** Evaluates Ref, GetAtt, Join, Sub, Select, Split, If and the condition functions; refuses any other by name. */
export class Resolver implements Names {
  readonly endpoints: Names['endpoints'];
  readonly #assembly: Assembly;
  readonly #parameters: Readonly<Record<string, string>>;

  constructor(
    assembly: Assembly,
    parameters: Readonly<Record<string, string>>,
    endpoints: Names['endpoints'],
  ) {
    this.#assembly = assembly;
    this.#parameters = parameters;
    this.endpoints = endpoints;
  }

  exists(condition: string | undefined): boolean {
    return condition === undefined || this.#condition({ Condition: condition });
  }

  name(logicalId: string): string {
    const raw = this.#raw(logicalId);
    const property = NAME_PROPERTY[raw.Type];
    const given = property === undefined ? undefined : raw.Properties?.[property];
    if (given !== undefined) return String(this.resolve(given, logicalId));
    // A table outlives the run and is shared with other stacks of a persistent database.
    return /Table|Queue|Secret$/.test(raw.Type) ? `${this.#assembly.stackName}-${logicalId}` : logicalId;
  }

  arn(logicalId: string): string {
    const raw = this.#raw(logicalId);
    return ARN[raw.Type]?.(this.name(logicalId)) ?? logicalId;
  }

  ref(logicalId: string): string {
    const { Type } = this.#raw(logicalId);
    if (Type === 'AWS::SQS::Queue') return `${this.endpoints.gateway}/${ACCOUNT}/${this.name(logicalId)}`;
    return Type === 'AWS::SecretsManager::Secret' ? this.arn(logicalId) : this.name(logicalId);
  }

  resolve(value: unknown, where: string): unknown {
    if (typeof value === 'string' && value.includes('{{resolve:')) {
      throw new Error(`${where}: dynamic references (${value}) are not supported by the local cloud`);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value))
      return value.map((item) => this.resolve(item, where)).filter((item) => item !== undefined);
    const intrinsic = intrinsicOf(value);
    if (intrinsic) return this.#evaluate(intrinsic[0], intrinsic[1], where);
    const entries = Object.entries(value).map(([key, inner]) => [key, this.resolve(inner, where)] as const);
    return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
  }

  // biome-ignore lint/suspicious/noExplicitAny: an intrinsic's argument has the form that its name demands
  #evaluate(name: string, argument: any, where: string): unknown {
    switch (name) {
      case 'Ref':
        return this.#refTo(argument, where);
      case 'Fn::GetAtt':
        return this.#attribute(Array.isArray(argument) ? argument : String(argument).split(/\.(.*)/s), where);
      case 'Fn::Join':
        return (this.resolve(argument[1], where) as unknown[]).join(argument[0]);
      case 'Fn::Select':
        return (this.resolve(argument[1], where) as unknown[])[Number(argument[0])];
      case 'Fn::Split':
        return String(this.resolve(argument[1], where)).split(argument[0]);
      case 'Fn::If':
        return this.resolve(argument[this.#condition({ Condition: argument[0] }) ? 1 : 2], where);
      case 'Fn::Sub':
        return this.#substitute(argument, where);
      default:
        throw new Error(`${where}: the intrinsic function ${name} is not supported by the local cloud`);
    }
  }

  #substitute(argument: string | [string, Record<string, unknown>], where: string): string {
    const [text, variables] = typeof argument === 'string' ? [argument, {}] : argument;
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, key: string) => {
      if (literal) return `\${${key}}`;
      const own = (variables as Record<string, unknown>)[key];
      if (own !== undefined) return String(this.resolve(own, where));
      const value = key.includes('.')
        ? this.#attribute(key.split(/\.(.*)/s), where)
        : this.#refTo(key, where);
      return String(value);
    });
  }

  #refTo(id: string, where: string): unknown {
    const pseudo: Record<string, unknown> = {
      'AWS::AccountId': ACCOUNT,
      'AWS::Region': REGION,
      'AWS::Partition': PARTITION,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': this.#assembly.stackName,
      'AWS::StackId': arnOf('cloudformation', `stack/${this.#assembly.stackName}/local`),
      'AWS::NoValue': undefined,
    };
    if (id in pseudo) return pseudo[id];
    const parameter = this.#assembly.template.Parameters?.[id];
    if (parameter === undefined) return this.ref(id);
    const value = this.#parameters[id] ?? parameter.Default;
    if (value === undefined)
      throw new Error(`${where}: the template's parameter ${id} has no value and no default`);
    return parameter.Type.includes('List') ? String(value).split(',') : value;
  }

  #attribute([id = '', attribute = '']: string[], where: string): unknown {
    const { Type } = this.#raw(id);
    if (attribute === 'Arn' && Type in ARN) return this.arn(id);
    const others: { readonly [typeAndAttribute: string]: () => string } = {
      'AWS::DynamoDB::Table.StreamArn': () => `${this.arn(id)}/stream/local`,
      'AWS::SQS::Queue.QueueName': () => this.name(id),
      'AWS::SQS::Queue.QueueUrl': () => this.ref(id),
      'AWS::ApiGatewayV2::Api.ApiEndpoint': () => this.endpoints.api,
      'AWS::ApiGatewayV2::Api.ApiId': () => this.ref(id),
      'AWS::SecretsManager::Secret.Id': () => this.arn(id),
    };
    const found = others[`${Type}.${attribute}`];
    if (found === undefined) {
      throw new Error(
        `${where}: the attribute ${attribute} of ${id} (${Type}) is not supported by the local cloud`,
      );
    }
    return found();
  }

  // biome-ignore lint/suspicious/noExplicitAny: a condition's argument has the form that its name demands
  #condition(value: any): boolean {
    const [name, argument] = intrinsicOf(value) ?? ['', undefined];
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const list = argument as any[];
    switch (name) {
      case 'Condition': {
        const definition = this.#assembly.template.Conditions?.[String(argument)];
        if (definition === undefined) throw new Error(`The template has no condition ${String(argument)}`);
        return this.#condition(definition);
      }
      case 'Fn::Equals':
        return this.resolve(list[0], 'Conditions') === this.resolve(list[1], 'Conditions');
      case 'Fn::And':
        return list.every((item) => this.#condition(item));
      case 'Fn::Or':
        return list.some((item) => this.#condition(item));
      case 'Fn::Not':
        return !this.#condition(list[0]);
      default:
        throw new Error(`The condition function ${name} is not supported by the local cloud`);
    }
  }

  #raw(logicalId: string): Raw {
    const raw = this.#assembly.template.Resources[logicalId];
    if (raw === undefined) throw new Error(`The template refers to ${logicalId}, which is not in it`);
    return raw;
  }
}
