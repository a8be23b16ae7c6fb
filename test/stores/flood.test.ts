import { afterAll, beforeAll, expect, test } from 'vitest';
import { familyOf } from '../../src/devices/families/all.ts';
import { keys } from '../../src/shared/keys.ts';
import { type ApiGround, apiGround } from '../support/called-api.ts';

// The functions as they are deployed, on DynamoDB Local: each leaves what a device says beyond its limit.

let ground: ApiGround;
beforeAll(async () => {
  ground = await apiGround();
});
afterAll(() => ground?.stop());

const functions = {
  'on-access': () => import('../../functions/on-access.ts'),
  'on-alarm': () => import('../../functions/on-alarm.ts'),
  'on-charging': () => import('../../functions/on-charging.ts'),
};

test.each(Object.entries(functions))('%s refuses a flood as one', async (name, load) => {
  const { handler } = (await load()) as unknown as {
    handler(message: object, context: object): Promise<void>;
  };
  const client = `flooding-${name}`;
  const say = (n: number) => {
    const data = Buffer.from(`{"n":${n}}`).toString('base64');
    return handler({ data, topic: `pengyou/${client}/up/corridor`, client, receivedAtMs: 60_000 }, {});
  };
  const { burst } = familyOf('pengyou').flood;
  for (let from = 0; from < burst + 50; from += 5)
    await Promise.all(Array.from({ length: 5 }, (_, n) => say(from + n)));
  const refused = await ground.table.query({ pk: keys.refused(client, 0, '').pk });
  const reasons = refused.map(({ refusal }) => refusal);
  expect(reasons.filter((reason) => reason === 'unknown-device')).toHaveLength(burst);
  expect(reasons.filter((reason) => reason === 'flooding')).toHaveLength(1);
});
