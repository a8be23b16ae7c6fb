import { expect, test } from 'vitest';
import { cardVault } from '../../src/devices/card-vault.ts';
import { deadLetterOf, deadLetterSchema, opened } from '../../src/intake/dead-letter.ts';

const vault = cardVault('a secret of at least thirty-two characters');
const bulkUrl = 'https://sqs.cn-north-1.amazonaws.com.cn/1/bulk';
const sealing = { vault, bulkUrl };
const sentAtMs = 1_790_000_000_000;
const functionArn = 'arn:aws-cn:lambda:cn-north-1:1:function:access';

const data = Buffer.from('{"card":"047C9A22"}').toString('base64');
const envelope = {
  ...{ data, topic: 'pengyou/reader-1/up/swipe', client: 'reader-1', principal: 'a'.repeat(64) },
  receivedAtMs: sentAtMs - 1000,
};
const failed = (event: unknown, errorMessage = 'always') => ({
  timestamp: '2026-09-21T13:33:20Z',
  requestContext: { functionArn: `${functionArn}:$LATEST`, condition: 'RetriesExhausted' },
  requestPayload: event,
  responsePayload: { errorType: 'TypeError', errorMessage, trace: ['at x'] },
});
/** Nothing of it is lost where it is read. */
const letterOf = (body: unknown) => {
  const letter = deadLetterOf(typeof body === 'string' ? body : JSON.stringify(body), sentAtMs, sealing);
  expect(deadLetterSchema.parse(letter)).toStrictEqual(letter);
  return letter;
};
const sealed = expect.stringMatching(/^[A-Za-z0-9+/]{40,}=*$/);
const from = { topic: envelope.topic, client: 'reader-1', receivedAtMs: envelope.receivedAtMs };
const contentOf = ({ sealed }: { sealed?: string | undefined }) => opened(vault, { sealed });

test('what a function failed at is sealed, and handed to that function again', () => {
  const letter = letterOf(failed(envelope));
  expect(letter).toStrictEqual({
    ...{ origin: 'function', failedAtMs: Date.UTC(2026, 8, 21, 13, 33, 20), ...from, sealed },
    error: { type: 'TypeError', message: 'always' },
    to: { functionArn },
  });
  expect(JSON.stringify(letter)).not.toContain(data);
  expect(contentOf(letter)).toStrictEqual(envelope);
});

test('what a function did not say of itself is told as far as it goes', () => {
  const { requestContext } = failed({});
  const odd = { ...failed('no envelope'), timestamp: 'yesterday', responsePayload: null };
  const letter = letterOf(odd);
  expect(letter).toStrictEqual({
    ...{ origin: 'function', failedAtMs: sentAtMs, to: { functionArn }, sealed },
    error: { type: 'RetriesExhausted', message: '' },
  });
  expect(contentOf(letter)).toBe('no envelope');
  expect(letterOf({ ...odd, responsePayload: { errorMessage: 'why' } }).error).toStrictEqual({
    ...{ type: 'RetriesExhausted', message: 'why' },
  });
  const { client: _, ...anonymous } = envelope;
  expect(letterOf(failed(anonymous))).not.toHaveProperty('client');
  expect(letterOf({ timestamp: odd.timestamp, requestContext }).origin).toBe('unknown');
});

test('an error is told in three hundred letters, without what might be part of a number', () => {
  const message = (text: string) => letterOf(failed(envelope, text)).error?.message;
  expect(message('x'.repeat(301))).toBe('x'.repeat(300));
  expect(message('card 12345 and 1234, ABCDE and ABCD')).toBe('card … and 1234, … and ABCD');
  expect(message(`can't "a", it's 'b' or "c`)).toBe("can't …, it's … or …");
});

test.each([
  ['text in quotes', 'Unexpected token, "{"card":"047C9A22" is not JSON'],
  ['text that was cut off', `Unexpected token, "${data}...`],
  ['a number', 'no card 75274786'],
])('an error tells its own words, but not %s that it quotes', (_, message) => {
  const { error } = letterOf(failed(envelope, message));
  expect(error?.message).toMatch(/^(Unexpected token|no card)/);
  expect(error?.message).not.toMatch(/047C9A22|75274786|eyJ/);
});

test('what a rule could not hand over becomes what it would have handed over, at the moment when it came', () => {
  const letter = letterOf({
    ...{ ruleName: 'pengyou_swipe', topic: envelope.topic, clientId: 'reader-1' },
    base64OriginalPayload: data,
    failures: [{ failedAction: 'LambdaAction', failedResource: functionArn, errorMessage: 'Throttled' }],
  });
  expect(letter).toStrictEqual({
    ...{ origin: 'rule', failedAtMs: sentAtMs, rule: 'pengyou_swipe', to: { functionArn }, sealed },
    ...{ ...from, receivedAtMs: sentAtMs, error: { type: 'LambdaAction', message: 'Throttled' } },
  });
  expect(contentOf(letter)).toStrictEqual({
    ...{ data, topic: envelope.topic, client: 'reader-1', receivedAtMs: sentAtMs },
  });
});

test('what a rule could not put into the bulk queue is for that queue', () => {
  const failures = [{ failedAction: 'SqsAction', failedResource: bulkUrl, errorMessage: 'Denied' }];
  const story = {
    ruleName: 'juy_bulk',
    topic: 'JUY/D2S/1/82/DEV',
    clientId: 'N/A',
    base64OriginalPayload: data,
  };
  const letter = letterOf({ ...story, failures });
  const told = {
    ...{ origin: 'rule', failedAtMs: sentAtMs, rule: 'juy_bulk', to: { queueUrl: bulkUrl }, sealed },
    ...{ topic: 'JUY/D2S/1/82/DEV', receivedAtMs: sentAtMs },
  };
  expect(letter).toStrictEqual({ ...told, error: { type: 'SqsAction', message: 'Denied' } });
  const { clientId: _, ...anonymous } = story;
  expect(letterOf({ ...anonymous, failures: [] })).toStrictEqual(told);
  expect(contentOf(letter)).toStrictEqual({ data, topic: 'JUY/D2S/1/82/DEV', receivedAtMs: sentAtMs });
});

test('what the bulk lane gave up, and what failed again after it was handed back, is sealed once', () => {
  const first = letterOf(envelope);
  expect(first).toStrictEqual({
    origin: 'bulk',
    failedAtMs: sentAtMs,
    to: { queueUrl: bulkUrl },
    ...from,
    sealed,
  });
  const again = { sealed: first.sealed };
  expect(contentOf(letterOf(again))).toStrictEqual(envelope);
  expect(letterOf(failed(again))).toMatchObject({ ...from, to: { functionArn } });
  expect(contentOf(letterOf(failed(again)))).toStrictEqual(envelope);
});

test('of a stream the positions are kept', () => {
  const batch = {
    ...{ shardId: 's1', startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 2, streamArn: 'arn' },
  };
  const { requestContext } = failed({});
  expect(letterOf({ requestContext, DDBStreamBatchInfo: batch })).toStrictEqual({
    ...{ origin: 'stream', failedAtMs: sentAtMs, to: { functionArn } },
    error: { type: 'RetriesExhausted', message: '' },
    records: { streamArn: 'arn', shardId: 's1', first: '1', last: '2', count: 2 },
  });
  for (const part of Object.keys(batch))
    expect(letterOf({ requestContext, DDBStreamBatchInfo: { ...batch, [part]: undefined } }).origin).toBe(
      'unknown',
    );
});

test.each(['', 'not JSON 047C9A22', '[]', '{"sealed":"nonsense"}', '{"card":"047C9A22"}'])(
  'what is of no known form is kept too, sealed whole: %s',
  (body) => {
    const letter = letterOf(body);
    expect(letter).toStrictEqual({ origin: 'unknown', failedAtMs: sentAtMs, sealed });
    expect(contentOf(letter)).toBe(body);
  },
);

test('an event that was not sealed stays as it is, and what was sealed for something else is refused', () => {
  expect(opened(vault, envelope)).toBe(envelope);
  const more = { sealed: letterOf(envelope).sealed, more: 1 };
  expect(opened(vault, more)).toBe(more);
  expect(() => opened(vault, { sealed: vault.seal(data) })).toThrow(RangeError);
});
