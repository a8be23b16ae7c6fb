import type { Client, Given } from '../../../contract/client.ts';
import type { ExportPage, SplitRule } from '../../../contract/shapes/books.ts';
import type { ExportKind, Provider } from '../../../contract/words/words.ts';
import { type FileFormat, fileMaker } from './month-file.ts';

type Reconciling = Given<'POST /estates/{estateId}/months/{month}/reconciliation'>['body'];

/** Told of every step of something long, in thousandths or rows: `done` of `total`. */
export type OnProgress = (done: number, total: number) => void;

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
  readonly pages: ExportPage[];
}

const daysAtOnce = 2;

/** What the month's page asks of the HTTP API. What is long is asked for page by page, and can be begun again anywhere. */
export type MonthApi = ReturnType<typeof monthApi>;

export function monthApi({ call }: Client, estateId: string) {
  const compare = (month: string, body: Reconciling) =>
    call('POST /estates/{estateId}/months/{month}/reconciliation', { path: { estateId, month }, body });
  const pages = async (
    path: { readonly month: string; readonly kind: ExportKind },
    format: 'json' | 'csv',
    onPage: (page: ExportPage) => void,
    { signal, from }: { readonly signal?: AbortSignal | undefined; readonly from?: ExportPage | undefined },
  ) => {
    let { cursor, source } = from ?? {};
    if (from !== undefined && cursor === undefined) return;
    do {
      const page: ExportPage = await call('GET /estates/{estateId}/months/{month}/export/{kind}', {
        path: { estateId, ...path },
        query: { format, cursor },
        signal,
      });
      // A file whose pages are of two closings would add up to neither.
      if (source !== undefined && page.source !== source) throw new Error('export-changed');
      source = page.source;
      onPage(page);
      cursor = page.cursor;
    } while (cursor !== undefined);
  };
  return {
    months: (signal?: AbortSignal) => call('GET /estates/{estateId}/months', { path: { estateId }, signal }),
    /** Answers whether it waits for a second person. */
    setSplitRule: async (body: SplitRule) =>
      (await call('POST /estates/{estateId}/split-rules', { path: { estateId }, body })).awaiting !==
      undefined,
    /** Goes on until the month is closed; a page that is left meanwhile goes on where it stopped when it is asked again. */
    async close(month: string, withoutReconciliation: string | undefined, onProgress: OnProgress) {
      const asked = { path: { estateId, month }, body: { withoutReconciliation } };
      for (;;) {
        const { state, done, total } = await call('POST /estates/{estateId}/months/{month}/close', asked);
        onProgress(done, total);
        if (state === 'closed') return;
      }
    },
    async rows(month: string, kind: ExportKind, signal?: AbortSignal): Promise<Table> {
      const rows: Table['rows'][number][] = [];
      let columns: string[] = [];
      const take = (page: ExportPage) => {
        columns = page.columns.map(({ name }) => name);
        rows.push(...(page.rows ?? []));
      };
      await pages({ month, kind }, 'json', take, { signal });
      return { columns, rows };
    },
    /** What was read before is not read again: the same download goes on where it stopped. */
    async file({ month, kind, format, pages: come }: Download, onProgress: OnProgress): Promise<Blob> {
      // Whoever cannot have the workbooks' code learns it before the long way through the pages.
      const make = await fileMaker(format);
      const take = (page: ExportPage) => {
        come.push(page);
        onProgress(page.done, page.total);
      };
      await pages({ month, kind }, format === 'csv' ? 'csv' : 'json', take, { from: come.at(-1) });
      return make(`${month}-${kind}`, come);
    },
    reconciliations: async (month: string, signal?: AbortSignal) => {
      const asked = { path: { estateId, month }, signal };
      return (await call('GET /estates/{estateId}/months/{month}/reconciliation', asked)).reconciliations;
    },
    /** Fetches the provider's bills of these days, two at a time, and compares them with the ledger. */
    async reconcile(month: string, provider: Provider, days: readonly string[], onProgress: OnProgress) {
      for (let at = 0; at < days.length; at += daysAtOnce) {
        await compare(month, { provider, fetchDays: days.slice(at, at + daysAtOnce) });
        onProgress(Math.min(at + daysAtOnce, days.length), days.length);
      }
      await compare(month, { provider, finish: true });
    },
    /** Gives the provider's files to the server, one a request, and compares them with the ledger. */
    async upload(month: string, provider: Provider, bills: readonly DayBill[], onProgress: OnProgress) {
      for (const [index, bill] of bills.entries()) {
        onProgress(index, bills.length);
        await compare(month, { provider, bills: [bill] });
      }
      onProgress(bills.length, bills.length);
      await compare(month, { provider, finish: true });
    },
    statement: (month: string, householdId: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/statements', {
        path: { estateId },
        query: { month, householdId },
        signal,
      }),
  };
}
