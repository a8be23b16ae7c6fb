import { md5, type Queue } from '../lambda/queues.ts';

/** The members of SQS requests that are heeded. */
export interface SqsInput {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly MessageBody?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
  readonly Entries?: readonly { readonly Id: string; readonly MessageBody: string }[];
}

/** The SQS operations that functions and the redrive command use; undefined for any other. */
export function sqsOperation(
  operation: string,
  input: SqsInput,
  queue: Queue,
  url: string,
): object | undefined {
  const send = (body: string) => ({ MessageId: queue.send(body).id, MD5OfMessageBody: md5(body) });
  switch (operation) {
    case 'SendMessage':
      return send(input.MessageBody ?? '');
    case 'SendMessageBatch':
      return {
        Successful: (input.Entries ?? []).map(({ Id, MessageBody }) => ({ Id, ...send(MessageBody) })),
        Failed: [],
      };
    case 'ReceiveMessage':
      return received(input, queue);
    case 'ChangeMessageVisibility':
      queue.changeVisibility(input.ReceiptHandle ?? '', (input.VisibilityTimeout ?? 0) * 1000);
      return {};
    case 'DeleteMessage':
      queue.delete(input.ReceiptHandle ?? '');
      return {};
    case 'GetQueueUrl':
      return { QueueUrl: `${url}/000000000000/${queue.name}` };
    default:
      return undefined;
  }
}

function received({ MaxNumberOfMessages = 1, VisibilityTimeout }: SqsInput, queue: Queue): object {
  const messages = queue.receive(MaxNumberOfMessages, {
    returnByTime: true,
    ...(VisibilityTimeout === undefined ? {} : { visibilityMs: VisibilityTimeout * 1000 }),
  });
  const Messages = messages.map(({ id, body, receipt, sentMs, receiveCount }) => ({
    MessageId: id,
    Body: body,
    MD5OfBody: md5(body),
    ReceiptHandle: receipt,
    Attributes: { SentTimestamp: String(sentMs), ApproximateReceiveCount: String(receiveCount) },
  }));
  return { Messages };
}
