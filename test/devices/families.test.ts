import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokerPartOf, brokerParts, families, familyOf } from '../../src/devices/families/all.ts';

const root = join(import.meta.dirname, '../..');
const around = '{src,functions,infra,local,cli}/**/*.{ts,mjs}';
const own = /^src\/devices\/families(?:\.ts$|\/)/;
const project = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }).name;

/** Lines that name a family: by itself, a rule of its own or the root of its topics. One is called as the project is. */
const names = brokerParts.flatMap(({ name, lanes }) => [
  new RegExp(`(?:${lanes.map(({ from }) => from.split('/')[0]).join('|')})/`),
  new RegExp(`${name}_[a-z]|famil.*['"\`]${name}['"\`]`),
  ...(name === project ? [] : [new RegExp(`\\b${name}`, 'i')]),
]);
const namesOne = (line: string) => names.some((name) => name.test(line));

describe('a family of devices', () => {
  test('is named in its own folder and in the registry, and nowhere else in what runs', () => {
    const naming = globSync(around, { cwd: root })
      .filter((file) => !own.test(file))
      .flatMap((file) =>
        readFileSync(join(root, file), 'utf8')
          .split('\n')
          .flatMap((line, index) => (namesOne(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
      );
    expect(naming).toEqual([]);
  });

  test.each([
    "import { juy } from './x.ts';",
    '// JUY boards send no clock',
    "if (device.family === 'pengyou') return;",
    'const topic = `pengyou/${device}/up/health`;',
    "const rule = 'pengyou_swipe';",
    "to: 'uhppoted/+/system'",
  ])('is found where it is named: %s', (line) => expect(namesOne(line)).toBe(true));

  test.each(["apiName: 'pengyou',", "import { PengyouFunction } from './function.ts';", "'pengyou-boards'"])(
    'is not meant by the name of the project: %s',
    (line) => expect(namesOne(line)).toBe(false),
  );

  test('stands in both lists under one name, with a folder that is called so', () => {
    const folders = globSync('*/', { cwd: join(root, 'src/devices/families') });
    expect(families.map(({ name }) => name)).toEqual(brokerParts.map(({ name }) => name));
    expect(families.map(({ name }) => name).sort()).toEqual(folders.sort());
    for (const family of families) expect(familyOf(family.name)).toBe(family);
    for (const part of brokerParts) expect(brokerPartOf(part.name)).toBe(part);
  });

  test('that is not there has no descriptor', () => {
    expect(() => familyOf('nobody')).toThrow(RangeError);
    expect(() => brokerPartOf('nobody')).toThrow(RangeError);
  });

  test('has rules, and topics, that no other one has', () => {
    const rules = brokerParts.flatMap(({ lanes }) => lanes.map(({ rule }) => rule));
    expect(new Set(rules).size).toBe(rules.length);
    for (const { rights } of brokerParts)
      for (const topic of rights('device-1').publish.map((one) => one.replaceAll('*', 'x')))
        expect(families.filter(({ codec }) => codec.sender(topic) !== undefined).length, topic).toBeLessThan(
          2,
        );
  });
});
