import { type Client, within } from '../client.ts';
import * as contract from './contract.ts';
import { type FileFormat, fileMaker } from './month-file.ts';

export const exportKinds = ['statements', 'revenue', 'split', 'reconciliation', 'ledger'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** Told of every step of something long, in thousandths or rows: `done` of `total`. */
export type OnProgress = (done: number, total: number) => void;

/** What the month's page asks of the HTTP API. What is long is asked for page by page, and can be begun again anywhere. */
export interface MonthApi {
  months(signal?: AbortSignal): Promise<{
    readonly months: readonly contract.Month[];
    readonly splitRules: readonly contract.SplitRule[];
  }>;
  /** Answers whether it waits for a second person. */
  setSplitRule(rule: contract.SplitRule): Promise<boolean>;
  /** Goes on until the month is closed; a page that is left meanwhile goes on where it stopped when it is asked again. */
  close(month: string, withoutReconciliation: string | undefined, onProgress: OnProgress): Promise<void>;
  rows(month: string, kind: ExportKind, signal?: AbortSignal): Promise<Table>;
  /** What was read before is not read again: the same download goes on where it stopped. */
  file(download: Download, onProgress: OnProgress): Promise<Blob>;
  reconciliations(month: string, signal?: AbortSignal): Promise<contract.Reconciliation[]>;
  /** Fetches the provider's bills of these days, two at a time, and compares them with the ledger. */
  reconcile(month: string, provider: string, days: readonly string[], onProgress: OnProgress): Promise<void>;
  /** Gives the provider's files to the server, one a request, and compares them with the ledger. */
  upload(month: string, provider: string, bills: readonly DayBill[], onProgress: OnProgress): Promise<void>;
  statement(month: string, householdId: string, signal?: AbortSignal): Promise<contract.Statement>;
}

/** A provider's bill of one day (YYYY-MM-DD), as the text that it is. */
export interface DayBill {
  readonly day: string;
  readonly text: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A file on its way, page by page. */
export interface Download {
  readonly month: string;
  readonly kind: ExportKind;
  readonly format: FileFormat;
  /** Those that have come; the last says where the next begins, and of which closing they are. */
  readonly pages: contract.ExportPage[];
}

const daysAtOnce = 2;

export function monthApi({ get, post }: Client, estateId: string): MonthApi {
  const ofMonth = (month: string, rest: string) => within(estateId, `months/${month}/${rest}`);
  const pages = async (
    month: string,
    kind: ExportKind,
    format: 'json' | 'csv',
    onPage: (page: contract.ExportPage) => void,
    {
      signal,
      from,
    }: { readonly signal?: AbortSignal | undefined; readonly from?: contract.ExportPage | undefined },
  ) => {
    let { cursor, source } = from ?? {};
    if (from !== undefined && cursor === undefined) return;
    do {
      const query = new URLSearchParams({ format, ...(cursor === undefined ? {} : { cursor }) });
      const page = await get(contract.exportPage, `${ofMonth(month, `export/${kind}`)}?${query}`, signal);
      // A file whose pages are of two closings would add up to neither.
      if (source !== undefined && page.source !== source) throw new Error('export-changed');
      source = page.source;
      onPage(page);
      cursor = page.cursor;
    } while (cursor !== undefined);
  };
  return {
    months: (signal) => get(contract.monthList, within(estateId, 'months'), signal),
    setSplitRule: async (rule) =>
      (await post(contract.splitRuleList, within(estateId, 'split-rules'), rule)).awaiting !== undefined,
    close: async (month, withoutReconciliation, onProgress) => {
      const body = withoutReconciliation === undefined ? {} : { withoutReconciliation };
      for (;;) {
        const { state, done, total } = await post(contract.progress, ofMonth(month, 'close'), body);
        onProgress(done, total);
        if (state === 'closed') return;
      }
    },
    rows: async (month, kind, signal) => {
      const rows: Table['rows'][number][] = [];
      let columns: string[] = [];
      await pages(
        month,
        kind,
        'json',
        (page) => {
          columns = page.columns.map(({ name }) => name);
          rows.push(...(page.rows ?? []));
        },
        { signal },
      );
      return { columns, rows };
    },
    file: async ({ month, kind, format, pages: come }, onProgress) => {
      // Whoever cannot have the workbooks' code learns it before the long way through the pages.
      const make = await fileMaker(format);
      const take = (page: contract.ExportPage) => {
        come.push(page);
        onProgress(page.done, page.total);
      };
      await pages(month, kind, format === 'csv' ? 'csv' : 'json', take, { from: come.at(-1) });
      return make(`${month}-${kind}`, come);
    },
    reconciliations: async (month, signal) =>
      (await get(contract.reconciliationList, ofMonth(month, 'reconciliation'), signal)).reconciliations,
    reconcile: async (month, provider, days, onProgress) => {
      const path = ofMonth(month, 'reconciliation');
      for (let at = 0; at < days.length; at += daysAtOnce) {
        await post(contract.reconciled, path, { provider, fetchDays: days.slice(at, at + daysAtOnce) });
        onProgress(Math.min(at + daysAtOnce, days.length), days.length);
      }
      await post(contract.reconciled, path, { provider, finish: true });
    },
    upload: async (month, provider, bills, onProgress) => {
      const path = ofMonth(month, 'reconciliation');
      for (const [index, { day, text }] of bills.entries()) {
        onProgress(index, bills.length);
        await post(contract.reconciled, path, { provider, bills: [{ day, text }] });
      }
      onProgress(bills.length, bills.length);
      await post(contract.reconciled, path, { provider, finish: true });
    },
    statement: (month, householdId, signal) =>
      get(
        contract.statement,
        within(estateId, `statements?${new URLSearchParams({ month, householdId })}`),
        signal,
      ),
  };
}
