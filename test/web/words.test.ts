import { expect, test } from 'vitest';
import { en } from '../../web/src/text-en.ts';
import { zh } from '../../web/src/text-zh.ts';

test('every word that Chinese has, English has', () => {
  for (const list of Object.keys(zh.words) as (keyof typeof zh.words)[]) {
    expect(Object.keys(en.words[list]), list).toEqual(Object.keys(zh.words[list]));
  }
});
