import { randomUUID } from 'node:crypto';
import type { AsyncInvocations } from '../lambda/async-invocations.ts';
import type { Queues } from '../lambda/queues.ts';
import type { WorldClock } from '../machine/clock.ts';
import type { Iam, InvokePermissions } from '../template/iam.ts';
import { type Resource, type Template, Unsupported } from '../template/template.ts';
import {
  compileRuleSql,
  type RuleMessage,
  type RuleQuery,
  topicMatches,
  UnsupportedSql,
} from './rule-sql.ts';

/** A message as the broker hands it over: from a device, or from a function by way of the data plane. */
export type PublishedMessage = Omit<RuleMessage, 'timestampMs'>;

interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly query: RuleQuery;
  readonly actions: readonly Action[];
  readonly errorAction: SqsAction | undefined;
}

interface SqsAction {
  readonly kind: 'Sqs';
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly roleArn: string;
  readonly useBase64: boolean;
}

type Action =
  | SqsAction
  | { readonly kind: 'Lambda'; readonly functionId: string; readonly functionArn: string };

interface RuleWorld {
  readonly clock: WorldClock;
  readonly iam: Iam;
  readonly permissions: InvokePermissions;
  readonly queues: Queues;
  readonly invocations: AsyncInvocations;
  readonly log: (line: string) => void;
}

const BASIC_INGEST = /^\$aws\/rules\/([^/]+)\/(.+)$/s;

/** The topic rules of the template: which message goes to which function or queue. */
export class Rules {
  readonly #rules: readonly Rule[];
  readonly #world: RuleWorld;
  readonly matched: Record<string, number> = {};

  constructor(template: Template, world: RuleWorld) {
    this.#world = world;
    this.#rules = template
      .ofType('AWS::IoT::TopicRule')
      .filter(({ properties }) => properties.TopicRulePayload.RuleDisabled !== true)
      .map((resource) => readRule(resource, template));
  }

  /** Runs every rule that the message matches. Returns at once; what follows is counted as activity. */
  async run(message: PublishedMessage): Promise<void> {
    const [, ingestRule, ingestTopic = ''] = BASIC_INGEST.exec(message.topic) ?? [];
    const timestampMs = this.#world.clock.now();
    const seen: RuleMessage = { ...message, timestampMs, topic: ingestRule ? ingestTopic : message.topic };
    for (const rule of this.#rules) {
      // Basic Ingest reaches only the rule that it names; the rule's FROM does not count then.
      const reached = ingestRule
        ? rule.name === ingestRule
        : topicMatches(rule.query.topicFilter, seen.topic);
      if (!reached || !rule.query.where(seen)) continue;
      this.matched[rule.name] = (this.matched[rule.name] ?? 0) + 1;
      const selected = JSON.stringify(rule.query.select(seen));
      const outcomes = await Promise.all(
        rule.actions.map((action) => this.#act(rule, action, selected, seen.clientId)),
      );
      const failures = outcomes.filter((outcome) => outcome !== undefined);
      if (failures.length > 0) await this.#fail(rule, seen, failures);
    }
  }

  async #act(
    rule: Rule,
    action: Action,
    selected: string,
    client: string | undefined,
  ): Promise<object | undefined> {
    if (action.kind === 'Sqs') return this.#send(action, selected);
    if (this.#world.permissions.allows(action.functionId, 'iot', rule.arn)) {
      this.#world.invocations.enqueue(action.functionId, selected, client);
      return undefined;
    }
    const errorMessage = `Failed to invoke lambda function: the rule ${rule.name} has no permission`;
    return { failedAction: 'LambdaAction', failedResource: action.functionArn, errorMessage };
  }

  async #send(action: SqsAction, body: string): Promise<object | undefined> {
    if (
      await this.#world.iam.roleMay(action.roleArn, { action: 'sqs:SendMessage', resource: action.queueArn })
    ) {
      const queue = this.#world.queues.byArn(action.queueArn);
      queue.send(action.useBase64 ? Buffer.from(body).toString('base64') : body);
      return undefined;
    }
    const errorMessage = `Failed to send message to the queue: ${action.roleArn} is not allowed sqs:SendMessage`;
    return { failedAction: 'SqsAction', failedResource: action.queueUrl, errorMessage };
  }

  async #fail(rule: Rule, message: RuleMessage, failures: readonly object[]): Promise<void> {
    this.#world.log(`Rule ${rule.name} failed: ${JSON.stringify(failures)}`);
    if (rule.errorAction === undefined) return;
    const story = {
      ruleName: rule.name,
      topic: message.topic,
      cloudwatchTraceId: randomUUID(),
      clientId: message.clientId ?? 'N/A',
      base64OriginalPayload: message.payload.toString('base64'),
      failures,
    };
    const failed = await this.#send(rule.errorAction, JSON.stringify(story));
    if (failed) this.#world.log(`The error action of rule ${rule.name} failed: ${JSON.stringify(failed)}`);
  }
}

function readRule(resource: Resource, template: Template): Rule {
  const { logicalId, type } = resource;
  const { Sql, AwsIotSqlVersion, Actions, ErrorAction } = resource.properties.TopicRulePayload;
  if (AwsIotSqlVersion !== '2016-03-23')
    throw new Unsupported(logicalId, type, `AwsIotSqlVersion ${AwsIotSqlVersion}`);
  const name = template.names.name(logicalId);
  return {
    name,
    arn: template.names.arn(logicalId),
    query: compile(resource, Sql),
    actions: Actions.map((action: Record<string, Record<string, unknown>>) => readAction(action, template)),
    errorAction: ErrorAction ? readSqs(ErrorAction.Sqs, template) : undefined,
  };
}

function compile({ logicalId, type }: Resource, sql: string): RuleQuery {
  try {
    return compileRuleSql(sql);
  } catch (error) {
    const known = error instanceof UnsupportedSql || error instanceof SyntaxError;
    throw known ? new Unsupported(logicalId, type, `TopicRulePayload.Sql: ${error.message}`) : error;
  }
}

function readAction(action: Record<string, Record<string, unknown>>, template: Template): Action {
  if (action.Sqs) return readSqs(action.Sqs, template);
  const functionArn = String(action.Lambda?.FunctionArn);
  return {
    kind: 'Lambda',
    functionArn,
    functionId: template.find('AWS::Lambda::Function', functionArn).logicalId,
  };
}

function readSqs(sqs: Record<string, unknown>, template: Template): SqsAction {
  const queueUrl = String(sqs.QueueUrl);
  const { logicalId } = template.find('AWS::SQS::Queue', queueUrl);
  const useBase64 = sqs.UseBase64 === true;
  return {
    kind: 'Sqs',
    queueUrl,
    queueArn: template.names.arn(logicalId),
    roleArn: String(sqs.RoleArn),
    useBase64,
  };
}
