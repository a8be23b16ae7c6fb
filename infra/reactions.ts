import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { PengyouFunction } from './function.ts';
import { commandTopics, type Parts } from './parts.ts';

const streamReading = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
] as const;

/** One function that follows the table's stream. */
interface Reaction {
  readonly name: string;
  readonly description: string;
  readonly batchingWindowS: number;
  /** It writes what follows, and does not only read and send. */
  readonly writes: boolean;
  /** Below which topics it publishes. */
  readonly topics: readonly string[];
  /** It opens sealed commands, or signs what it sends. */
  readonly needsSecret: boolean;
  /** Which records it is called for; nobody pays for a call about anything else. */
  readonly records: readonly RecordPattern[];
}

/** A pattern of Lambda's event filtering. What the table forgets by itself, a REMOVE, needs no reaction. */
type RecordPattern = Readonly<Record<string, unknown>>;

const insertedEntry = { eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: ['entry'] } } } };

/** Aggregates whose newest state the pages show. Read models are not among them: writing one must not call again. */
const shownTypes = ['alert', 'device-state', 'facility', 'notice', 'presence'];

const reactions: readonly Reaction[] = [
  {
    name: 'react-commands',
    description: 'Sends again the commands that nobody acknowledged',
    // Most commands are acknowledged within this time, and those that are need nothing.
    batchingWindowS: 2,
    writes: false,
    topics: commandTopics(),
    needsSecret: true,
    records: [
      {
        eventName: ['INSERT'],
        dynamodb: { NewImage: { type: { S: ['entry'] }, outbox: { S: [{ exists: true }] } } },
      },
    ],
  },
  {
    name: 'react-views',
    description: 'Read models and live topics for the pages',
    batchingWindowS: 0,
    writes: true,
    topics: ['live/*'],
    needsSecret: false,
    records: [
      insertedEntry,
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { type: { S: shownTypes } } } },
    ],
  },
  {
    name: 'react-alerts',
    description: 'Delivers new alerts to the residents’ committee',
    batchingWindowS: 0,
    writes: true,
    topics: [],
    needsSecret: true,
    records: [{ eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: ['alert'] } } } }],
  },
];

/**
 * What follows from a commit, delivered at least once from the table's stream. Three readers are one more than AWS
 * advises for a shard: docs/decisions/0010-stream-readers.md says why, and what is watched.
 */
export class Reactions extends Construct {
  readonly functions: readonly PengyouFunction[];

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    this.functions = reactions.map((reaction) => this.#react(reaction, parts));
  }

  /** The one that reaches the committee. */
  get tellsCommittee(): PengyouFunction {
    const found = this.functions.find(({ name }) => name === 'react-alerts');
    if (found === undefined) throw new Error('Nothing tells the committee of alerts');
    return found;
  }

  #react(reaction: Reaction, parts: Parts): PengyouFunction {
    const fn = new PengyouFunction(this, parts, {
      name: reaction.name,
      description: reaction.description,
      timeoutS: 30,
      memoryMiB: 512,
    });
    if (reaction.writes) parts.storage.allowCommit(fn);
    else parts.storage.allowRead(fn);
    if (reaction.needsSecret) parts.secret.allowRead(fn);
    if (reaction.topics.length > 0) fn.mayPublish(...reaction.topics);
    this.#follow(fn, reaction, parts);
    return fn;
  }

  #follow(fn: PengyouFunction, reaction: Reaction, parts: Parts): void {
    const stream = parts.storage.streamArn;
    fn.may(streamReading, [stream]);
    fn.lambda.addEventSourceMapping('Stream', {
      eventSourceArn: stream,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(reaction.batchingWindowS),
      retryAttempts: 5,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(parts.deadLetters.intake),
      filters: reaction.records.map((record) => lambda.FilterCriteria.filter(record)),
    });
  }
}
