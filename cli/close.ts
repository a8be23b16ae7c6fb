import { ApiFailure, type Client, type Given } from '../contract/client.ts';
import { type Month, monthSchema, type Reconciliation } from '../contract/shapes/books.ts';
import { exportKinds, type Provider, parties, providerNames } from '../contract/words/words.ts';
import { linesOf } from '../src/books/close/split.ts';
import { daysOf } from '../src/books/reconcile/reconciliation-store.ts';
import { yuanOf } from '../src/payments/yuan.ts';
import { readBills } from './bill-file.ts';
import { commandOf, type Tell } from './command.ts';
import { connect, connectionOptions, connectionUsage, estateIn } from './connection.ts';
import { downloadFile } from './month-files.ts';
import { CommandRefused } from './refusal.ts';

const USAGE = `pengyou close --estate E --month 2026-10    closes a month, and goes on where it was interrupted
${connectionUsage}
  --provider P      wechat-pay or alipay: compares its bills with the ledger first; may be given for each
  --bill FILE       a bill file of one day, or a directory of them; may be given several times
  --fetch-bills     fetches the bills of all days from the provider
  --without-reconciliation WHY   closes although a provider's bill was not compared
  --out DIR         writes statements, revenue, split, reconciliation and ledger there, as CSV and XLSX
  --export-only     closes nothing`;

/** The month at the API, and where to say how far it has come. */
interface Closing {
  readonly api: Client;
  readonly path: { readonly estateId: string; readonly month: string };
  readonly tell: Tell;
}

/**
 * Closes a month from the command line. Answers the exit code: 0 done, 1 refused by the API, 2 a command that could not
 * be understood or carried out.
 */
export const run = commandOf({
  name: 'close',
  usage: USAGE,
  options: {
    ...connectionOptions,
    month: { type: 'string' },
    provider: { type: 'string', multiple: true, default: [] },
    bill: { type: 'string', multiple: true, default: [] },
    'fetch-bills': { type: 'boolean', default: false },
    'without-reconciliation': { type: 'string' },
    out: { type: 'string' },
    'export-only': { type: 'boolean', default: false },
  },
  run: async ({ values, tell }) => {
    const estate = estateIn(values);
    const month = monthIn(values.month);
    const given = { files: values.bill, fetchBills: values['fetch-bills'] };
    const providers = values.provider.map(providerOf);
    if ((given.files.length > 0 && providers.length !== 1) || (given.fetchBills && providers.length === 0))
      throw new CommandRefused('bad-usage', 'Whose bills? --provider');
    const api = await connect({ api: values.api, token: values.token, estate });
    const closing = { api, path: { estateId: estate, month }, tell };
    const reconciliations: Reconciliation[] = [];
    for (const provider of providers)
      reconciliations.push(await compareBills(closing, { provider, ...given }));
    const closed = values['export-only']
      ? undefined
      : await closeMonth(closing, values['without-reconciliation']);
    const files = values.out === undefined ? [] : await writeFiles(closing, values.out);
    return { result: { reconciliations, ...(closed === undefined ? {} : { closed }), files }, lines: [] };
  },
});

function monthIn(month: string | undefined): string {
  if (month === undefined) throw new CommandRefused('bad-usage', 'Which month? --month');
  if (!monthSchema.safeParse(month).success)
    throw new CommandRefused('bad-usage', `--month: ${month} is no month such as 2026-10`);
  return month;
}

function providerOf(name: string): Provider {
  const provider = providerNames.find((known) => known === name);
  if (provider === undefined)
    throw new CommandRefused('bad-usage', `--provider: ${name} is none of ${providerNames.join(', ')}`);
  return provider;
}

async function closeMonth({ api, path, tell }: Closing, why: string | undefined): Promise<Month> {
  const asked = { path, body: { withoutReconciliation: why } };
  for (;;) {
    const { state, done, total } = await api.call('POST /estates/{estateId}/months/{month}/close', asked);
    tell(`${path.month}: ${state} ${done}/${total}`);
    if (state === 'closed') break;
  }
  const shown = await api.call('GET /estates/{estateId}/months/{month}', { path });
  for (const [account, { openingFen, closingFen }] of Object.entries(shown.accounts))
    tell(`  ${account}: ${yuanOf(openingFen)} → ${yuanOf(closingFen)}`);
  for (const { line, totalFen, parts } of shown.split === undefined ? [] : linesOf(shown.split)) {
    const shares = parties.map((party) => `${party} ${yuanOf(parts[party])}`);
    tell(`  ${line} ${yuanOf(totalFen)}: ${shares.join(', ')}`);
  }
  return shown;
}

interface Bills {
  readonly provider: Provider;
  readonly files: readonly string[];
  readonly fetchBills: boolean;
}

const reconciliationKey = 'POST /estates/{estateId}/months/{month}/reconciliation';

/** The API takes some megabytes a request; days are sent one by one, and fetched by twos. */
async function compareBills(
  { api, path, tell }: Closing,
  { provider, files, fetchBills }: Bills,
): Promise<Reconciliation> {
  const compare = (body: Given<typeof reconciliationKey>['body']) =>
    api.call(reconciliationKey, { path, body });
  for (const bill of files.flatMap((path) => readBills(provider, path))) {
    const { kept } = await compare({ provider, bills: [bill] });
    tell(`${provider} ${bill.day}: ${kept} lines`);
  }
  const days = fetchBills ? daysOf(path.month) : [];
  for (let from = 0; from < days.length; from += 2) {
    const fetchDays = days.slice(from, from + 2);
    const { kept } = await compare({ provider, fetchDays });
    tell(
      `${provider} ${fetchDays.join(', ')}: ${kept} lines (${Math.min(from + 2, days.length)}/${days.length})`,
    );
  }
  const { reconciliation: result } = await compare({ provider, finish: true });
  if (result === undefined) throw new CommandRefused('api-unknown', 'The API does not say what it compared');
  tell(
    `${provider}: bill ${yuanOf(result.billFen)}, ledger ${yuanOf(result.ledgerFen)}, difference ${yuanOf(result.differenceFen)}`,
  );
  for (const { difference, kind, number, billFen, ledgerFen } of result.differences)
    tell(`  ${difference}: ${kind} ${number}, bill ${yuanOf(billFen)}, ledger ${yuanOf(ledgerFen)}`);
  return result;
}

async function writeFiles({ api, path, tell }: Closing, directory: string): Promise<string[]> {
  const written: string[] = [];
  for (const kind of exportKinds) {
    const page = (cursor: string | undefined) =>
      api.call('GET /estates/{estateId}/months/{month}/export/{kind}', {
        path: { ...path, kind },
        query: { cursor },
      });
    try {
      const files = await downloadFile(page, directory, `${path.month}-${kind}`, (done, total) =>
        tell(`${kind}: ${done}/${total}`),
      );
      written.push(...files);
      tell(`  ${files.join(', ')}`);
    } catch (error) {
      // Without a provider there is nothing to compare.
      if (kind !== 'reconciliation' || !(error instanceof ApiFailure) || error.status !== 404) throw error;
      tell(`${kind}: no bill was compared`);
    }
  }
  return written;
}
