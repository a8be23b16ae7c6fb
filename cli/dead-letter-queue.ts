import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type DeadLetter, deadLetterSchema } from '../src/intake/dead-letter.ts';
import { CommandRefused, RedriveRefused } from './refusal.ts';
import { readRecords } from './stream-records.ts';

/** Where the queue is, and who asks. */
export interface QueueAddress {
  readonly queueUrl: string;
  /** The one endpoint of the local cloud; AWS's own where it is absent. */
  readonly endpoint?: string;
}

/** One letter as it was received: until it is given back, nobody else sees it. */
export interface Received {
  readonly id: string;
  readonly receipt: string;
  /** Undefined where it is no letter of ours. */
  readonly letter: DeadLetter | undefined;
}

/** The dead letters of a deployment, with the rights of whoever asks. */
export interface DeadLetterQueue {
  /** All that are there, oldest first, for as long as `holdS` seconds. */
  receive(holdS: number): Promise<Received[]>;
  giveBack(received: readonly Received[]): Promise<void>;
  /**
   * Hands its content again to whom it was for, and resolves when that was taken. Throws RedriveRefused where it cannot
   * be handed over, or failed again.
   */
  redrive(letter: DeadLetter): Promise<void>;
  remove(received: Received): Promise<void>;
}

const mostAtOnce = 10;
/** An answer that says "none" is believed when every server of the queue was asked, which takes a moment. */
const waitS = 1;
/** Longer than any function of ours may run. */
const answerWithinMs = 120_000;

export function openDeadLetters({ queueUrl, endpoint }: QueueAddress): DeadLetterQueue {
  const [, region] = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(queueUrl) ?? [];
  const local = { accessKeyId: 'local-admin', secretAccessKey: 'local' };
  const where =
    endpoint === undefined
      ? { region: regionOf(region) }
      : { endpoint, region: 'us-east-1', credentials: local };
  const sqs = new SQSClient({ ...where, useQueueUrlAsEndpoint: endpoint === undefined });
  const lambda = new LambdaClient({ ...where, requestHandler: { requestTimeout: answerWithinMs } });
  const streams = new DynamoDBStreamsClient(where);
  return {
    receive: (holdS) => receiveAll(sqs, queueUrl, holdS),
    async giveBack(received) {
      for (const { receipt } of received)
        await sqs.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queueUrl,
            ReceiptHandle: receipt,
            VisibilityTimeout: 0,
          }),
        );
    },
    redrive: (letter) => redrive({ sqs, lambda, streams }, letter),
    async remove({ receipt }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },
  };
}

function regionOf(region: string | undefined): string {
  if (region === undefined)
    throw new CommandRefused('bad-usage', '--queue: this is no address of a queue on AWS');
  return region;
}

async function receiveAll(sqs: SQSClient, QueueUrl: string, holdS: number): Promise<Received[]> {
  const found = new Map<string, Received>();
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: mostAtOnce,
        VisibilityTimeout: holdS,
        WaitTimeSeconds: waitS,
      }),
    );
    if (Messages.length === 0) break;
    for (const message of Messages) found.set(message.MessageId ?? '', readLetter(message));
  }
  const failedAtMs = ({ letter }: Received) => letter?.failedAtMs ?? 0;
  return [...found.values()].sort((a, b) => failedAtMs(a) - failedAtMs(b));
}

function readLetter({ MessageId = '', ReceiptHandle = '', Body = '' }: Message): Received {
  const of = { id: MessageId, receipt: ReceiptHandle };
  try {
    return { ...of, letter: deadLetterSchema.parse(JSON.parse(Body)) };
  } catch {
    return { ...of, letter: undefined };
  }
}

interface Clients {
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly streams: DynamoDBStreamsClient;
}

async function redrive({ sqs, lambda, streams }: Clients, letter: DeadLetter): Promise<void> {
  const { to, sealed, records } = letter;
  if (to === undefined || (sealed === undefined && records === undefined))
    throw new RedriveRefused('not-redrivable', 'Nothing says whom it was for');
  if ('queueUrl' in to) {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: to.queueUrl, MessageBody: JSON.stringify({ sealed }) }),
    );
    return;
  }
  const event = records === undefined ? { sealed } : { Records: await readRecords(streams, records) };
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: to.functionArn, Payload: JSON.stringify(event) }),
  );
  const answer = Payload === undefined ? '' : Buffer.from(Payload).toString();
  if (FunctionError !== undefined) throw new RedriveRefused('failed-again', errorTypeIn(answer));
  if (records !== undefined && /"itemIdentifier"/.test(answer))
    throw new RedriveRefused('failed-again', 'The function gave a record back');
}

/** The error's text may quote what a device said; its type does not. */
function errorTypeIn(answer: string): string {
  const [, type = 'unknown'] = /"errorType":"([\w.]{1,100})"/.exec(answer) ?? [];
  return `The function failed again: ${type}; its log says why`;
}
