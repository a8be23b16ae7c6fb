import * as z from 'zod/mini';
import type { CardVault } from '../devices/card-vault.ts';
import { envelopeSchema } from '../devices/envelope.ts';

/**
 * A message that could not be handled, as it waits for a person. What a device said may name a card, so all of it is
 * sealed: who may read the queue learns where it came from and why it failed, and can hand it back unopened.
 */
export const deadLetterSchema = z.object({
  origin: z.enum(['rule', 'function', 'stream', 'bulk', 'unknown']),
  /** When it was given up, as far as that is told. */
  failedAtMs: z.int(),
  /** The topic rule that could not hand it over. */
  rule: z.optional(z.string()),
  topic: z.optional(z.string()),
  /** As whom the sender was connected. */
  client: z.optional(z.string()),
  receivedAtMs: z.optional(z.int()),
  error: z.optional(z.object({ type: z.string(), message: z.string() })),
  /** Whom it is handed to again: a function by its ARN, or the queue of the bulk lane by its URL. */
  to: z.optional(z.union([z.object({ functionArn: z.string() }), z.object({ queueUrl: z.string() })])),
  /** Of a stream there are positions only, and no content. */
  records: z.optional(
    z.object({
      streamArn: z.string(),
      shardId: z.string(),
      first: z.string(),
      last: z.string(),
      count: z.int(),
    }),
  ),
  /** The event for whom it is handed to, sealed. */
  sealed: z.optional(z.string()),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** What seals, and where the bulk lane is. */
interface Sealing {
  readonly vault: Pick<CardVault, 'seal' | 'open'>;
  readonly bulkUrl: string;
}

type Form = (body: unknown, sentAtMs: number, sealing: Sealing) => DeadLetter | undefined;

/**
 * What AWS, or the bulk lane, left of a message (`body`, as it was sent to the queue at `sentAtMs`), as a dead letter.
 * Never throws: what is of no known form is kept too, sealed whole.
 */
export function deadLetterOf(body: string, sentAtMs: number, sealing: Sealing): DeadLetter {
  const parsed = jsonOf(body);
  for (const form of [fromRule, fromFunction, fromStream, fromBulk]) {
    const letter = form(parsed, sentAtMs, sealing);
    if (letter !== undefined) return letter;
  }
  return { origin: 'unknown', failedAtMs: sentAtMs, sealed: seal(sealing, body) };
}

/** Separates these from all else that the same key seals. */
const mark = 'dead-letter:';

const handedBackSchema = z.strictObject({ sealed: z.string() });

/** The event as it first came: one that is handed back comes sealed, and every other stays as it is. */
export function opened(vault: Pick<CardVault, 'open'>, event: unknown): unknown {
  const handedBack = handedBackSchema.safeParse(event);
  if (!handedBack.success) return event;
  const text = vault.open(handedBack.data.sealed);
  if (!text.startsWith(mark)) throw new RangeError('What was sealed is no dead letter');
  return JSON.parse(text.slice(mark.length));
}

const seal = ({ vault }: Sealing, event: unknown): string => vault.seal(mark + JSON.stringify(event));

/** A letter that failed again is opened, so that it is not sealed twice. One that cannot be opened stays as it is. */
function unsealed({ vault }: Sealing, event: unknown): unknown {
  try {
    return opened(vault, event);
  } catch {
    return event;
  }
}

/** The error action of a topic rule. It does not say when the message came: the queue does, a moment later. */
const ruleSchema = z.object({
  ruleName: z.string(),
  topic: z.string(),
  clientId: z.optional(z.string()),
  base64OriginalPayload: z.string(),
  failures: z.array(
    z.object({ failedAction: z.string(), failedResource: z.string(), errorMessage: z.string() }),
  ),
});

function fromRule(body: unknown, sentAtMs: number, sealing: Sealing): DeadLetter | undefined {
  const { success, data } = ruleSchema.safeParse(body);
  if (!success) return undefined;
  const [failure] = data.failures;
  // A board's principal is its client id, so that nothing is missing of what the rule would have said.
  const client = data.clientId === 'N/A' ? undefined : data.clientId;
  const of = { topic: data.topic, ...(client === undefined ? {} : { client }), receivedAtMs: sentAtMs };
  return {
    origin: 'rule',
    failedAtMs: sentAtMs,
    rule: data.ruleName,
    ...of,
    ...(failure === undefined
      ? {}
      : { error: { type: failure.failedAction, message: speechless(failure.errorMessage) } }),
    to: failure?.failedAction.startsWith('Lambda')
      ? { functionArn: failure.failedResource }
      : { queueUrl: sealing.bulkUrl },
    sealed: seal(sealing, { ...of, data: data.base64OriginalPayload }),
  };
}

/** What Lambda tells of an event that it gave up. */
const functionSchema = z.object({
  timestamp: z.string(),
  requestContext: z.object({ functionArn: z.string(), condition: z.string() }),
  requestPayload: z.unknown(),
  responsePayload: z.optional(
    z.nullable(z.object({ errorType: z.optional(z.string()), errorMessage: z.optional(z.string()) })),
  ),
});

function fromFunction(body: unknown, sentAtMs: number, sealing: Sealing): DeadLetter | undefined {
  const { success, data } = functionSchema.safeParse(body);
  if (!success || data.requestPayload === undefined) return undefined;
  const { requestContext, responsePayload } = data;
  const event = unsealed(sealing, data.requestPayload);
  return {
    origin: 'function',
    failedAtMs: Date.parse(data.timestamp) || sentAtMs,
    ...senderIn(event),
    error: {
      type: responsePayload?.errorType ?? requestContext.condition,
      message: speechless(responsePayload?.errorMessage ?? ''),
    },
    to: { functionArn: unqualified(requestContext.functionArn) },
    sealed: seal(sealing, event),
  };
}

const streamSchema = z.object({
  requestContext: z.object({ functionArn: z.string(), condition: z.string() }),
  DDBStreamBatchInfo: z.object({
    shardId: z.string(),
    startSequenceNumber: z.string(),
    endSequenceNumber: z.string(),
    batchSize: z.int(),
    streamArn: z.string(),
  }),
});

function fromStream(body: unknown, sentAtMs: number): DeadLetter | undefined {
  const { success, data } = streamSchema.safeParse(body);
  if (!success) return undefined;
  const { streamArn, shardId, startSequenceNumber, endSequenceNumber, batchSize } = data.DDBStreamBatchInfo;
  return {
    origin: 'stream',
    failedAtMs: sentAtMs,
    error: { type: data.requestContext.condition, message: '' },
    to: { functionArn: unqualified(data.requestContext.functionArn) },
    records: { streamArn, shardId, first: startSequenceNumber, last: endSequenceNumber, count: batchSize },
  };
}

/** The queue itself moves what was received too often, and says nothing of why. */
const fromBulk: Form = (body, sentAtMs, sealing) => {
  const event = unsealed(sealing, body);
  if (!envelopeSchema.safeParse(event).success) return undefined;
  return {
    origin: 'bulk',
    failedAtMs: sentAtMs,
    ...senderIn(event),
    to: { queueUrl: sealing.bulkUrl },
    sealed: seal(sealing, event),
  };
};

/** Who said it, when and where: no part of what was said. */
function senderIn(event: unknown): Pick<DeadLetter, 'topic' | 'client' | 'receivedAtMs'> {
  const { success, data } = envelopeSchema.safeParse(event);
  if (!success) return {};
  const { topic, client, receivedAtMs } = data;
  return { topic, ...(client === undefined ? {} : { client }), receivedAtMs };
}

/** An error may quote what it could not read. What is quoted, and what could be part of a card's number, is left out. */
const speechless = (message: string): string =>
  message
    // An apostrophe within a word begins no quotation.
    .replaceAll(/"[^"]*"?|(?<!\p{L})'[^']*'?/gu, '…')
    .replaceAll(/[0-9A-Fa-f]{5,}/g, '…')
    .slice(0, 300);

/** `…:function:name:$LATEST` without what comes after the name. */
const unqualified = (functionArn: string): string => functionArn.split(':').slice(0, 7).join(':');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
