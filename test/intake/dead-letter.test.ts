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
const letterOf = (body: unknown) =>
  deadLetterSchema.parse(
    deadLetterOf(typeof body === 'string' ? body : JSON.stringify(body), sentAtMs, sealing),
  );
const contentOf = ({ sealed }: { sealed?: string | undefined }) => opened(vault, { sealed });

test('what a function failed at is sealed, and handed to that function again', () => {
  const letter = letterOf(failed(envelope));
  expect(letter).toMatchObject({
    ...{ origin: 'function', topic: envelope.topic, client: 'reader-1', receivedAtMs: envelope.receivedAtMs },
    error: { type: 'TypeError', message: 'always' },
    to: { functionArn },
  });
  expect(JSON.stringify(letter)).not.toContain(data);
  expect(contentOf(letter)).toEqual(envelope);
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
  expect(letter).toMatchObject({ origin: 'rule', rule: 'pengyou_swipe', to: { functionArn } });
  expect(contentOf(letter)).toEqual({
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
  expect(letter).toMatchObject({ origin: 'rule', to: { queueUrl: bulkUrl } });
  expect(letter).not.toHaveProperty('client');
});

test('what the bulk lane gave up, and what failed again after it was handed back, is sealed once', () => {
  const first = letterOf(envelope);
  expect(first).toMatchObject({ origin: 'bulk', to: { queueUrl: bulkUrl }, topic: envelope.topic });
  const { sealed } = first;
  expect(contentOf(letterOf({ sealed }))).toEqual(envelope);
  expect(contentOf(letterOf(failed({ sealed })))).toEqual(envelope);
});

test('of a stream the positions are kept', () => {
  const batch = {
    ...{ shardId: 's1', startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 2, streamArn: 'arn' },
  };
  const { requestContext } = failed({});
  expect(letterOf({ requestContext, DDBStreamBatchInfo: batch })).toMatchObject({
    ...{ origin: 'stream', to: { functionArn } },
    records: { streamArn: 'arn', shardId: 's1', first: '1', last: '2', count: 2 },
  });
});

test.each(['', 'not JSON 047C9A22', '[]', '{"sealed":"nonsense"}', '{"card":"047C9A22"}'])(
  'what is of no known form is kept too, sealed whole: %s',
  (body) => {
    const letter = letterOf(body);
    expect(letter).toMatchObject({ origin: 'unknown', failedAtMs: sentAtMs });
    expect(contentOf(letter)).toBe(body);
  },
);

test('an event that was not sealed stays as it is, and what was sealed for something else is refused', () => {
  expect(opened(vault, envelope)).toBe(envelope);
  expect(() => opened(vault, { sealed: vault.seal(data) })).toThrow(RangeError);
});
