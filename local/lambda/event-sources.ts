import type { Iam } from '../template/iam.ts';
import { type Resource, type Template, Unsupported } from '../template/template.ts';
import type { DynamoDb } from './dynamodb.ts';
import { QueueSource, type SourceWorld } from './queue-source.ts';
import type { Queues } from './queues.ts';
import { StreamSource } from './stream-source.ts';
import { StreamReader } from './streams.ts';

interface EventSourceWorld extends SourceWorld {
  readonly iam: Iam;
  readonly queues: Queues;
  readonly dynamo: DynamoDb;
  /** Real stream ARNs by table name. */
  readonly streams: ReadonlyMap<string, string>;
  readonly stateDir: string | undefined;
}

/** The event source mappings of the template, at work. */
export interface EventSources {
  /** A table was written: its stream has news. */
  tableWritten(): void;
  /** Messages in queues that no function empties: dead letters. */
  unattended(queues: Queues): { queue: string; body: string }[];
  stop(): Promise<void>;
}

/** Starts a reader for each stream and a consumer for each queue that a mapping names. */
export async function startEventSources(template: Template, world: EventSourceWorld): Promise<EventSources> {
  const queueSources: QueueSource[] = [];
  const attended = new Set<string>();
  const byStream = new Map<string, StreamSource[]>();
  for (const mapping of template.ofType('AWS::Lambda::EventSourceMapping')) {
    const { EventSourceArn: arn, FunctionName, Enabled } = mapping.properties;
    if (Enabled === false) continue;
    const { logicalId: functionId } = template.find('AWS::Lambda::Function', FunctionName);
    if (world.queues.all.has(arn)) {
      queueSources.push(await queueSource(mapping, functionId, world));
      attended.add(arn);
    } else if (/:dynamodb:.*\/stream\//.test(arn)) {
      checkStartingPosition(mapping);
      const target = { functionId, functionArn: template.names.arn(functionId) };
      const source = new StreamSource(mapping, target, world, world.queues);
      await source.checkRole(world.iam, arn);
      byStream.set(arn, [...(byStream.get(arn) ?? []), source]);
    } else throw new Unsupported(mapping.logicalId, mapping.type, `EventSourceArn ${arn}`);
  }
  const readers = [...byStream].map(([eventSourceArn, sources]) => {
    const [, tableName = ''] = /table\/([^/]+)\/stream/.exec(eventSourceArn) ?? [];
    const localArn = world.streams.get(tableName);
    if (localArn === undefined) throw new Error(`The table ${tableName} has no stream`);
    return new StreamReader(world.dynamo, { localArn, eventSourceArn, tableName }, sources, world);
  });
  for (const source of queueSources) source.start();
  for (const reader of readers) await reader.start();
  return {
    tableWritten() {
      for (const reader of readers) reader.wake();
    },
    unattended: (queues) =>
      [...queues.all.values()]
        .filter(({ arn }) => !attended.has(arn))
        .flatMap((queue) => queue.contents().map(({ body }) => ({ queue: queue.name, body }))),
    async stop() {
      for (const source of queueSources) source.stop();
      await Promise.all(readers.map((reader) => reader.stop()));
    },
  };
}

async function queueSource(
  mapping: Resource,
  functionId: string,
  world: EventSourceWorld,
): Promise<QueueSource> {
  const queue = world.queues.byArn(mapping.properties.EventSourceArn);
  const actions = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
  await world.iam.demand(
    functionId,
    actions.map((action) => ({ action: `sqs:${action}`, resource: queue.arn })),
  );
  return new QueueSource(mapping, functionId, queue, world);
}

/** A local stream is always read from its beginning: nothing was written before the first start. */
function checkStartingPosition({ logicalId, type, properties }: Resource): void {
  const position = properties.StartingPosition;
  if (position === 'TRIM_HORIZON' || position === 'LATEST') return;
  throw new Unsupported(logicalId, type, `StartingPosition ${position}`);
}
