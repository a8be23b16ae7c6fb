import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { webhookKeys } from '../../functions/wiring/webhook.ts';
import { sweep } from '../../src/intake/sweep.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { committee, estateId, testEstate } from '../support/estate.ts';

const secret = 'a secret of at least thirty-two characters';

test('every estate has a signing key of its own, and none is the secret', () => {
  const keyOf = webhookKeys(secret);
  expect(keyOf('ziyun')).toMatch(/^[0-9a-f]{64}$/);
  expect(keyOf('ziyun')).toBe(webhookKeys(secret)('ziyun'));
  expect(keyOf('youyi')).not.toBe(keyOf('ziyun'));
});

test('an alert is signed with the key of its estate', async () => {
  const estate = await testEstate();
  const record = {
    kind: 'estate',
    name: { zh: 'x', en: 'x' },
    timeZone: 'Asia/Shanghai',
    committeeWebhookUrl: 'https://committee.example/',
  } as const;
  await provision(estate.backend, estate.by('o'), record);
  await estate.says('smoke-1', 'smoke', { level: 'alarm' });
  estate.clockMs += 60_001;
  const sent: { body: string; signature: string }[] = [];
  const channel = async (_url: string, body: string, signature: string) => {
    sent.push({ body, signature });
    return { result: 'delivered' } as const;
  };
  await sweep({ ...estate.backend, ...committee, channel, signingKey: webhookKeys(secret) });
  const key = webhookKeys(secret)(estateId);
  expect(sent.map(({ signature }) => signature)).toEqual(
    sent.map(({ body }) => createHmac('sha256', key).update(body).digest('hex')),
  );
  expect(sent).toHaveLength(1);
});
