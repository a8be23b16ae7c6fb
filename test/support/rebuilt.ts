import { type RebuildPage, rebuildPageSchema } from '../../contract/shapes/rebuild.ts';
import { rebuildPage } from '../../src/books/rebuild/rebuild.ts';
import { type RebuildSums, rebuildAll } from '../../src/books/rebuild/sums.ts';
import type { Item, Key } from '../../src/shared/table.ts';
import { estateId, type TestEstate } from './estate.ts';

/** Every page of an estate computed again, and what they come to. */
export async function rebuilt({ backend }: TestEstate): Promise<RebuildSums & { pages: RebuildPage[] }> {
  const pages: RebuildPage[] = [];
  const sums = await rebuildAll(async (cursor) => {
    const page = rebuildPageSchema.parse(await rebuildPage(backend, estateId, cursor));
    pages.push(page);
    return page;
  });
  return { ...sums, pages };
}

/** Changes one item behind everybody's back. */
export async function plant({ table }: TestEstate, key: Key, change: (item: Item) => Item): Promise<void> {
  const [item] = await table.get([key]);
  if (item === undefined) throw new Error(`There is no ${key.pk}|${key.sk}`);
  await table.commit([{ put: change(item), when: 'always' }]);
}
