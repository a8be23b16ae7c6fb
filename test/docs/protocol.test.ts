import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedDocuments } from '../../docs/generate.ts';
import { protocolMessages } from '../../docs/protocol-model.ts';
import { pengyou } from '../../src/devices/families/pengyou/codec.ts';
import { DOWNLINK_SCHEMAS } from '../../src/devices/families/pengyou/downlinks.ts';

test.each(Object.entries(generatedDocuments()))('docs/%s is what `npm run docs` writes', (name, text) => {
  expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')).toBe(text);
});

test('every member of every message is described', () => {
  const undescribed = protocolMessages().flatMap(({ direction, kind, schema }) =>
    [
      schema,
      ...Object.values(schema.properties ?? {}).flatMap((field) => [
        field,
        ...Object.values(field.items?.properties ?? {}),
      ]),
    ]
      .filter((field) => !field.description)
      .map(() => `${direction}/${kind}`),
  );
  expect(undescribed).toEqual([]);
});

test('every example is taken by the codec, or is what a device may be told', () => {
  for (const { direction, kind, example } of protocolMessages()) {
    if (direction === 'up') {
      const topic = `pengyou/${(example as { device: string }).device}/up/${kind}`;
      const payload = new TextEncoder().encode(JSON.stringify(example));
      const decoded = pengyou.decode(
        { topic, payload, receivedAtMs: 0 },
        { timeZone: 'UTC', settlementUnitWh: 1 },
      );
      expect(decoded, topic).toMatchObject({ ok: true });
    } else {
      expect(DOWNLINK_SCHEMAS[kind as keyof typeof DOWNLINK_SCHEMAS].safeParse(example).success, kind).toBe(
        true,
      );
    }
  }
});
