import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type * as z from 'zod/mini';
import type { monthShownSchema, progressSchema } from '../functions/contract/books.ts';
import { type ApiClient, ApiRefusal } from '../simulator/provision.ts';
import { type ExportPage, exportKinds } from '../src/books/export.ts';
import { daysOf, type Reconciliation } from '../src/books/reconciliation-store.ts';
import { linesOf, parties } from '../src/books/split.ts';
import { beijingTime } from '../src/payments/beijing-time.ts';
import { type BillLine, parseBill } from '../src/payments/bill.ts';
import { type ProviderName, providerNames } from '../src/payments/provider.ts';
import { yuanOf } from '../src/payments/yuan.ts';
import { CommandRefused, connect, connectionOptions, connectionUsage } from './connection.ts';
import { orFailure, type Tell } from './failure.ts';
import { downloadFile } from './month-files.ts';

const USAGE = `pengyou close --estate E --month 2026-10    closes a month, and goes on where it was interrupted
${connectionUsage}
  --provider P      wechat-pay or alipay: compares its bills with the ledger first; may be given for each
  --bill FILE       a bill file of one day, or a directory of them; may be given several times
  --fetch-bills     fetches the bills of all days from the provider
  --without-reconciliation WHY   closes although a provider's bill was not compared
  --out DIR         writes statements, revenue, split, reconciliation and ledger there, as CSV and XLSX
  --export-only     closes nothing`;

type Shown = z.infer<typeof monthShownSchema>;

/**
 * Closes a month from the command line. Answers the exit code: 0 done, 1 refused by the API, 2 a command that could not
 * be understood or carried out.
 */
export async function run(
  args: readonly string[],
  tell: Tell = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  return orFailure(tell, async () => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...connectionOptions,
        month: { type: 'string' },
        provider: { type: 'string', multiple: true, default: [] },
        bill: { type: 'string', multiple: true, default: [] },
        'fetch-bills': { type: 'boolean', default: false },
        'without-reconciliation': { type: 'string' },
        out: { type: 'string' },
        'export-only': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      tell(USAGE);
      return 0;
    }
    const { estate, month } = values;
    if (estate === undefined || month === undefined)
      throw new CommandRefused('Which estate and month? --estate, --month');
    const api = await connect({ api: values.api, token: values.token, estate });
    const path = `/estates/${estate}/months/${month}`;
    const given = { files: values.bill, fetchBills: values['fetch-bills'] };
    const providers = values.provider.map(providerOf);
    if ((given.files.length > 0 && providers.length !== 1) || (given.fetchBills && providers.length === 0))
      throw new CommandRefused('Whose bills? --provider');
    for (const provider of providers) await compareBills(api, path, { month, provider, ...given }, tell);
    if (!values['export-only']) await close(api, path, month, values['without-reconciliation'], tell);
    if (values.out !== undefined) await writeFiles(api, path, values.out, month, tell);
    return 0;
  });
}

function providerOf(name: string): ProviderName {
  const provider = providerNames.find((known) => known === name);
  if (provider === undefined) throw new CommandRefused(`${name} is none of ${providerNames.join(', ')}`);
  return provider;
}

async function close(
  api: ApiClient,
  path: string,
  month: string,
  why: string | undefined,
  tell: Tell,
): Promise<void> {
  const body = why === undefined ? {} : { withoutReconciliation: why };
  for (;;) {
    const { state, done, total } = await api.post<z.infer<typeof progressSchema>>(`${path}/close`, body);
    tell(`${month}: ${state} ${done}/${total}`);
    if (state === 'closed') break;
  }
  const shown = await api.get<Shown>(path);
  for (const [account, { openingFen, closingFen }] of Object.entries(shown.accounts))
    tell(`  ${account}: ${yuanOf(openingFen)} → ${yuanOf(closingFen)}`);
  if (shown.split === undefined) return;
  for (const { line, totalFen, parts } of linesOf(shown.split)) {
    const shares = parties.map((party) => `${party} ${yuanOf(parts[party])}`);
    tell(`  ${line} ${yuanOf(totalFen)}: ${shares.join(', ')}`);
  }
}

interface Bills {
  readonly month: string;
  readonly provider: ProviderName;
  readonly files: readonly string[];
  readonly fetchBills: boolean;
}

/** The API takes some megabytes a request; days are sent one by one, and fetched by twos. */
async function compareBills(
  api: ApiClient,
  path: string,
  { month, provider, files, fetchBills }: Bills,
  tell: Tell,
): Promise<void> {
  const reconciliation = `${path}/reconciliation`;
  for (const { file, text } of files.flatMap(readBills)) {
    const bill = { day: dayOf(provider, file, text), text };
    const { kept } = await api.post<{ kept: number }>(reconciliation, { provider, bills: [bill] });
    tell(`${provider} ${bill.day}: ${kept} lines`);
  }
  const days = fetchBills ? daysOf(month) : [];
  for (let from = 0; from < days.length; from += 2) {
    const fetchDays = days.slice(from, from + 2);
    const { kept } = await api.post<{ kept: number }>(reconciliation, { provider, fetchDays });
    tell(
      `${provider} ${fetchDays.join(', ')}: ${kept} lines (${Math.min(from + 2, days.length)}/${days.length})`,
    );
  }
  const { reconciliation: result } = await api.post<{ reconciliation: Reconciliation }>(reconciliation, {
    provider,
    finish: true,
  });
  tell(
    `${provider}: bill ${yuanOf(result.billFen)}, ledger ${yuanOf(result.ledgerFen)}, difference ${yuanOf(result.differenceFen)}`,
  );
  for (const { difference, kind, number, billFen, ledgerFen } of result.differences)
    tell(`  ${difference}: ${kind} ${number}, bill ${yuanOf(billFen)}, ledger ${yuanOf(ledgerFen)}`);
}

function readBills(path: string): { readonly file: string; readonly text: string }[] {
  try {
    const files = statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path];
    return files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  } catch (error) {
    throw new CommandRefused(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** From the file's name, as providers give it, or else from its first payment. */
function dayOf(provider: ProviderName, file: string, text: string): string {
  const named = /(20\d{2})-?(\d{2})-?(\d{2})/.exec(basename(file));
  if (named !== null) return named.slice(1).join('-');
  const first = linesOfBill(provider, file, text)[0];
  if (first === undefined) throw new CommandRefused(`${file}: of which day is it? Its name does not say`);
  return beijingTime(first.atMs).slice(0, 10);
}

function linesOfBill(provider: ProviderName, file: string, text: string): BillLine[] {
  try {
    return parseBill(provider, text);
  } catch (error) {
    throw new CommandRefused(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function writeFiles(
  api: ApiClient,
  path: string,
  directory: string,
  month: string,
  tell: Tell,
): Promise<void> {
  for (const kind of exportKinds) {
    const page = (cursor: string | undefined) =>
      api.get<ExportPage>(`${path}/export/${kind}${cursor === undefined ? '' : `?cursor=${cursor}`}`);
    try {
      const files = await downloadFile(page, directory, `${month}-${kind}`, (done, total) =>
        tell(`${kind}: ${done}/${total}`),
      );
      tell(`  ${files.join(', ')}`);
    } catch (error) {
      // Without a provider there is nothing to compare.
      if (kind !== 'reconciliation' || !(error instanceof ApiRefusal) || error.status !== 404) throw error;
      tell(`${kind}: no bill was compared`);
    }
  }
}
