import { viewOf } from '../../src/views/view-of-change.ts';
import { writeView } from '../../src/views/write-view.ts';
import type { TestEstate } from './estate.ts';

/** Writes every read model, as the table's stream would have by now. */
export async function writeViews({ backend, table }: TestEstate): Promise<void> {
  const silent = { publish: async () => {} };
  for (const after of [...table.all()])
    await writeView(table, silent, await viewOf(backend, { before: undefined, after }));
}
