import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/** Which parts of which files a file of tests reached: what the marks of `marks.ts` left behind. */
afterAll(() => {
  const { testPath = '' } = expect.getState();
  const { __reach = {} } = globalThis as { __reach?: Readonly<Record<string, readonly number[]>> };
  // The lists have holes where a part was not reached.
  const parts = Object.entries(__reach).map(([file, marks]) => [file, Object.keys(marks).map(Number)]);
  const name = createHash('sha256').update(testPath).digest('hex');
  const reach = { test: testPath, parts: Object.fromEntries(parts) };
  writeFileSync(join(process.env['MUTATE_REACH'] ?? '', `${name}.json`), JSON.stringify(reach));
});
