import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { AsyncInvocations } from './lambda/async-invocations.ts';
import type { WorldClock } from './machine/clock.ts';
import type { Refusal } from './mqtt/broker.ts';
import { ACCOUNT, arnOf } from './template/arn.ts';
import type { InvokePermissions } from './template/iam.ts';
import { type Template, Unsupported } from './template/template.ts';

/** Where AWS IoT writes its own log. */
const IOT_LOG_GROUP = 'AWSIotLogsV2';

interface Subscription {
  readonly name: string;
  readonly functionId: string;
  readonly wants: (event: Readonly<Record<string, unknown>>) => boolean;
}

/** CloudWatch Logs, as far as functions hear of it: the broker's log and those who subscribe to it. */
export class Logs {
  readonly #subscriptions: readonly Subscription[];
  readonly #world: { readonly clock: WorldClock; readonly invocations: AsyncInvocations };

  constructor(
    template: Template,
    world: {
      readonly clock: WorldClock;
      readonly invocations: AsyncInvocations;
      readonly permissions: InvokePermissions;
    },
  ) {
    this.#world = world;
    this.#subscriptions = template
      .ofType('AWS::Logs::SubscriptionFilter')
      .map(({ logicalId, type, properties }) => {
        if (properties.LogGroupName !== IOT_LOG_GROUP) {
          throw new Unsupported(
            logicalId,
            type,
            `LogGroupName ${properties.LogGroupName}: only ${IOT_LOG_GROUP} is written`,
          );
        }
        const { logicalId: functionId } = template.find('AWS::Lambda::Function', properties.DestinationArn);
        world.permissions.demand(functionId, 'logs', arnOf('logs', `log-group:${IOT_LOG_GROUP}:*`));
        const refuse = (what: string) => new Unsupported(logicalId, type, `FilterPattern: ${what}`);
        return { name: logicalId, functionId, wants: filterPattern(properties.FilterPattern ?? '', refuse) };
      });
  }

  /** Writes a refusal as AWS IoT does, and hands it to the subscribers. */
  refused(refusal: Refusal): void {
    const timestamp = this.#world.clock.now();
    const event = {
      timestamp: new Date(timestamp).toISOString().replace('T', ' ').replace('Z', ''),
      logLevel: 'ERROR',
      traceId: randomUUID(),
      accountId: ACCOUNT,
      status: 'Failure',
      eventType: refusal.eventType,
      protocol: 'MQTT',
      ...(refusal.topic === undefined ? {} : { topicName: refusal.topic }),
      clientId: refusal.clientId,
      ...(refusal.principal === undefined ? {} : { principalId: refusal.principal }),
      sourceIp: refusal.sourceIp,
      reason: 'AUTHORIZATION_FAILURE',
      details: refusal.details,
    };
    for (const { name, functionId, wants } of this.#subscriptions) {
      if (!wants(event)) continue;
      const payload = {
        messageType: 'DATA_MESSAGE',
        owner: ACCOUNT,
        logGroup: IOT_LOG_GROUP,
        logStream: 'local',
        subscriptionFilters: [name],
        logEvents: [{ id: event.traceId, timestamp, message: JSON.stringify(event) }],
      };
      const data = gzipSync(JSON.stringify(payload)).toString('base64');
      this.#world.invocations.enqueue(functionId, JSON.stringify({ awslogs: { data } }), refusal.clientId);
    }
  }
}

const COMPARISON = /^\(?\s*\$\.(\w+)\s*(=|!=)\s*"([^"]*)"\s*\)?$/;

/** A subset of JSON filter patterns: `{ $.a = "x*" && $.b != "y" }`, or `||` throughout; or none at all. */
function filterPattern(pattern: string, refuse: (what: string) => Error): Subscription['wants'] {
  const text = pattern.trim();
  if (text === '') return () => true;
  const [, inner] = /^\{(.*)\}$/s.exec(text) ?? [];
  if (inner === undefined || (inner.includes('&&') && inner.includes('||'))) throw refuse(pattern);
  const any = inner.includes('||');
  const tests = inner.split(any ? '||' : '&&').map((comparison) => {
    const [, member = '', operator, wanted = ''] = COMPARISON.exec(comparison.trim()) ?? [];
    if (operator === undefined) throw refuse(comparison.trim());
    const matches = (value: string) =>
      wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
    return (event: Readonly<Record<string, unknown>>) => {
      const value = event[member];
      return value !== undefined && matches(String(value)) === (operator === '=');
    };
  });
  return (event) => (any ? tests.some((test) => test(event)) : tests.every((test) => test(event)));
}
