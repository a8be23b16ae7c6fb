import { existsSync } from 'node:fs';
import * as z from 'zod/mini';
import { checkAnswer } from '../contract/check.ts';
import { ApiFailure, openClient } from '../contract/client.ts';
import type { PublicReceipt } from '../contract/shapes/public-receipt.ts';
import { type Receipt, receiptSchema } from '../contract/shapes/receipt.ts';
import { notCharged } from '../src/billing/hold-limit.ts';
import { kWhOfWh, yuanOfFen, yuanOfGrains } from '../src/receipts/amounts.ts';
import { type Comparison, checkReceipt } from '../src/receipts/check-receipt.ts';
import { receiptCodeIn } from '../src/receipts/receipt-code.ts';
import { codeText } from '../src/receipts/receipt-document.ts';
import { words } from '../src/receipts/words.ts';
import { commandOf } from './command.ts';
import { findApi } from './connection.ts';
import { jsonIn } from './input.ts';
import { CommandRefused } from './refusal.ts';

const USAGE = `pengyou verify <receipt> [--api URL] [--json]
  <receipt>  the code on it, the address in its QR code, or a file with the receipt saved as JSON
  --api URL  the HTTP API; without it the one that the address names, or the local cloud
  --json     the result as one JSON text; an error as one line of JSON beside the output
Exit code: 0 the receipt is what its records come to, 1 it is not, 2 it could not be read.`;

/** What was named, as far as it says where to ask. */
interface Named {
  readonly code: string;
  readonly saved?: Receipt;
  /** The API, or a page that knows where it is. */
  readonly api?: string;
  readonly page?: string;
}

/** Computes a receipt again, here and by the server, and says what differs. Answers the exit code. */
export const run = commandOf({
  name: 'verify',
  usage: USAGE,
  options: { api: { type: 'string' } },
  words: { least: 1, most: 1 },
  refused: 2,
  run: async ({ values, positionals: [given = ''] }) => {
    const named = readNamed(given);
    const api = values.api ?? named.api ?? (await apiOfPage(named.page)) ?? findApi({});
    const published = await fetchReceipt(api, named.code);
    const comparisons = checkReceipt(published, named.saved);
    const same = comparisons.every(({ differences }) => differences.length === 0);
    return {
      result: { same, comparisons, published },
      lines: told(published, comparisons),
      exitCode: same ? 0 : 1,
    };
  },
});

function readNamed(given: string): Named {
  if (existsSync(given)) return readSaved(given);
  if (/^https?:\/\//.test(given)) return readAddress(given);
  const code = receiptCodeIn(given);
  if (code === undefined)
    throw new CommandRefused('bad-usage', `${given} is no file, no address and no code of a receipt`);
  return { code };
}

/** The receipt alone, or the whole answer of the API with it. */
function readSaved(file: string): Named {
  const parsed = z.safeParse(
    z.union([
      receiptSchema,
      z.pipe(
        z.object({ receipt: receiptSchema }),
        z.transform(({ receipt }) => receipt),
      ),
    ]),
    jsonIn(file),
  );
  if (!parsed.success) throw new CommandRefused('bad-file', `${file} holds no receipt`);
  const saved = parsed.data;
  const code = receiptCodeIn(saved.code);
  if (code === undefined)
    throw new CommandRefused('bad-file', `${file} holds no receipt: ${saved.code} is no code`);
  return { code, saved };
}

/** `…/r/<code>` is a page, `…/receipts/<code>` and `…/receipts/<code>/pdf` are the API's. */
function readAddress(given: string): Named {
  const address = URL.parse(given);
  const [, base = '', kind, last = ''] =
    /^(.*)\/(r|receipts)\/([^/]+)(?:\/pdf)?\/?$/.exec(address?.pathname ?? '') ?? [];
  const code = receiptCodeIn(decoded(last));
  if (address === null || code === undefined)
    throw new CommandRefused('bad-usage', `${given} is not the address of a receipt`);
  const root = address.origin + base;
  return kind === 'r' ? { code, page: root } : { code, api: root };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

async function apiOfPage(page: string | undefined): Promise<string | undefined> {
  if (page === undefined) return undefined;
  const config = z.safeParse(z.object({ api: z.string() }), await getJson(`${page}/config.json`));
  if (!config.success)
    throw new CommandRefused('api-unknown', `${page} does not say where its API is; name it with --api`);
  return config.data.api;
}

async function fetchReceipt(api: string, code: string): Promise<PublicReceipt> {
  const client = openClient({ base: api, check: checkAnswer });
  const answer = await client.call('GET /receipts/{code}', { path: { code } }).catch((error: unknown) => {
    if (error instanceof ApiFailure && error.kind === 'not-found')
      throw new CommandRefused('not-found', 'There is no receipt with this code');
    throw error;
  });
  if (answer.receipt.code !== code)
    throw new CommandRefused('api-unknown', `${api} answered with another receipt than ${code}`);
  return answer;
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url).catch((error: Error) => {
    throw new CommandRefused('api-unreachable', `${url} cannot be reached: ${error.message}`);
  });
  if (!response.ok) throw new CommandRefused('api-unknown', `${url} answered ${response.status}`);
  return response.json();
}

const comparisonWords: Readonly<Record<Comparison['what'], string>> = {
  'saved-and-published': 'your copy against the published receipt',
  'computed-here': 'computed here from its readings and tariff',
  'computed-from-evidence': 'computed here from the readings that the journal gives today',
  'computed-by-server': 'computed by the server from the journal and the tariff',
};

/** Every slice, so that it can be added up; then what was compared. */
function told(
  { receipt, estate, facility, tariff }: PublicReceipt,
  comparisons: readonly Comparison[],
): string[] {
  const last = receipt.readings.at(-1);
  const deduction = notCharged(receipt);
  const lines = receipt.lines.flatMap(({ line, amountFen, slices }) => [
    `${words[line].zh} ${words[line].en}: ${yuanOfFen(amountFen)}`,
    ...slices.map(
      ({ kind, fromMs, toMs, energyWh, per, priceMilliYuan, amountGrains, free }) =>
        `  ${new Date(fromMs).toISOString()} – ${new Date(toMs).toISOString()}  ${kind}  ${energyWh} Wh  ` +
        `${priceMilliYuan} milli-yuan/${per}  ${yuanOfGrains(amountGrains)}${free === undefined ? '' : `  (${free})`}`,
    ),
  ]);
  return [
    `${codeText(receipt.code)}  ${estate.zh} ${facility.zh}  ${kWhOfWh(last?.energyWh ?? 0)} kWh  ${tariff.tariffVersion}`,
    ...lines,
    ...(deduction === undefined
      ? []
      : [`${words.notCharged.zh} ${words.notCharged.en}: ${yuanOfFen(deduction.amountFen)}`]),
    `${words.total.zh} ${words.total.en}: ${yuanOfFen(receipt.totalFen)}; ${words.charged.zh} ${words.charged.en}: ${yuanOfFen(receipt.chargedFen)}`,
    ...comparisons.flatMap(({ what, differences }) => [
      `${differences.length === 0 ? 'same     ' : 'DIFFERENT'}  ${comparisonWords[what]}`,
      ...differences.map(
        (difference) => `  ${difference.where}: ${difference.receipt} → ${difference.journal}`,
      ),
    ]),
  ];
}
