import { ApiFailure } from '../../../contract/client.ts';
import type { ExportPage } from '../../../contract/shapes/books.ts';

/** What a month's file can be had as; the first is what most people want. */
export const fileFormats = ['xlsx', 'csv'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Makes a file of all of its pages, which were asked for as rows for a workbook and as text for CSV. */
type MakeFile = (name: string, pages: readonly ExportPage[]) => Promise<Blob>;

/** What tells a spreadsheet that the letters are UTF-8. */
const byteOrderMark = '\uFEFF';
const paintMs = 30;

/**
 * What makes files of this format. The library that writes workbooks is several times the code of the whole page, so
 * it is fetched when somebody wants one; throws an `ApiFailure` (`unreachable`) when it does not come.
 */
export async function fileMaker(format: FileFormat): Promise<MakeFile> {
  if (format === 'csv') return csvFile;
  const { workbookOf } = await import('../../../contract/workbook.ts').catch(() => {
    throw new ApiFailure({ kind: 'unreachable', error: 'workbook' });
  });
  return async (name, pages) => {
    const rows = pages.flatMap((page) => page.rows ?? []);
    // A moment in which it is shown that all has come: while a long workbook is made, the page stands still.
    await new Promise((resolve) => setTimeout(resolve, paintMs));
    return new Blob([workbookOf(name, pages[0]?.columns ?? [], rows)], {
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    });
  };
}

async function csvFile(_name: string, pages: readonly ExportPage[]): Promise<Blob> {
  return new Blob([byteOrderMark, ...pages.map(({ csv = '' }) => csv)], { type: 'text/csv;charset=utf-8' });
}
