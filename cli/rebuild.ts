import { parseArgs } from 'node:util';
import { rebuildPageSchema } from '../src/books/rebuild.ts';
import { allDifferences, type RebuildSums, rebuildAll } from '../src/books/rebuild-sums.ts';
import { CommandRefused, connect, connectionOptions, connectionUsage } from './connection.ts';
import { orFailure, type Tell } from './failure.ts';

const USAGE = `pengyou rebuild --estate E   computes every receipt, ledger line and wallet again from the journal
${connectionUsage}
  --json       the result as JSON
Exit code: 0 no difference, 1 differences, 2 it could not be asked.`;

/** Has an estate computed again, page by page, and says what is not what its journal comes to. Answers the exit code. */
export async function run(
  args: readonly string[],
  tell: Tell = (line) => void process.stdout.write(`${line}\n`),
  progress: Tell = (line) => void process.stderr.write(`${line}\n`),
): Promise<number> {
  return orFailure(
    tell,
    async () => {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          ...connectionOptions,
          json: { type: 'boolean', default: false },
          help: { type: 'boolean', default: false },
        },
      });
      if (values.help || positionals.length > 0) {
        tell(USAGE);
        return values.help ? 0 : 2;
      }
      if (values.estate === undefined) throw new CommandRefused('Which estate? --estate');
      const api = await connect({ api: values.api, token: values.token, estate: values.estate });
      const path = `/estates/${values.estate}/rebuild`;
      const sums = await rebuildAll(
        async (cursor) =>
          rebuildPageSchema.parse(await api.post(path, cursor === undefined ? {} : { cursor })),
        (soFar) => progress(countText(soFar)),
      );
      const differences = allDifferences(sums);
      if (values.json) tell(JSON.stringify({ checked: sums.checked, differences }, undefined, 2));
      else for (const line of told(sums)) tell(line);
      return differences.length === 0 ? 0 : 1;
    },
    2,
  );
}

function told(sums: RebuildSums): string[] {
  const differences = allDifferences(sums);
  return [
    countText(sums),
    ...differences.map(
      ({ what, of, where, recorded, recomputed }) =>
        `DIFFERENT  ${what} of ${of}\n  at ${where}\n  recorded ${recorded}, recomputed ${recomputed}`,
    ),
    differences.length === 0 ? 'No difference' : `${differences.length} differences`,
  ];
}

function countText({ checked: { charges, receipts, entries, households } }: RebuildSums): string {
  return `${charges} charges with ${receipts} receipts, ${entries} ledger lines, ${households} households`;
}
