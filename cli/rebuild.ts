import { allDifferences, type RebuildSums, rebuildAll } from '../src/books/rebuild/sums.ts';
import { commandOf } from './command.ts';
import { connect, connectionOptions, connectionUsage, estateIn } from './connection.ts';

const USAGE = `pengyou rebuild --estate E   computes every receipt, ledger line and wallet again from the journal
${connectionUsage}
Exit code: 0 no difference, 1 differences, 2 it could not be asked.`;

/** Has an estate computed again, page by page, and says what is not what its journal comes to. Answers the exit code. */
export const run = commandOf({
  name: 'rebuild',
  usage: USAGE,
  options: connectionOptions,
  refused: 2,
  run: async ({ values, note }) => {
    const estate = estateIn(values);
    const api = await connect({ api: values.api, token: values.token, estate });
    const path = { estateId: estate };
    const sums = await rebuildAll(
      (cursor) => api.call('POST /estates/{estateId}/rebuild', { path, body: { cursor } }),
      (soFar) => note(countText(soFar)),
    );
    const differences = allDifferences(sums);
    return {
      result: { checked: sums.checked, differences },
      lines: told(sums),
      exitCode: differences.length === 0 ? 0 : 1,
    };
  },
});

function told(sums: RebuildSums): string[] {
  const differences = allDifferences(sums);
  return [
    countText(sums),
    ...differences.flatMap(({ what, of, where, recorded, recomputed }) => [
      `DIFFERENT  ${what} of ${of}`,
      `  at ${where}`,
      `  recorded ${recorded}, recomputed ${recomputed}`,
    ]),
    differences.length === 0 ? 'No difference' : `${differences.length} differences`,
  ];
}

function countText({ checked }: RebuildSums): string {
  const { sessions, receipts, entries, households, payments } = checked;
  return `${sessions} sessions with ${receipts} receipts, ${entries} ledger lines, ${households} households, ${payments} payments`;
}
