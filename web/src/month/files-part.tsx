import { useRef, useState } from 'react';
import { type ExportKind, exportKinds } from '../../../contract/words/words.ts';
import { Choices, Send } from '../parts/form.tsx';
import { Problem } from '../parts/shown.tsx';
import { useAction } from '../parts/use-loaded.ts';
import type { Download, MonthApi } from './month-api.ts';
import { type FileFormat, fileFormats } from './month-file.ts';
import { useMonthWords } from './words.ts';

interface FilesPartProps {
  readonly api: MonthApi;
  readonly estateId: string;
  readonly month: string;
}

/** A month's files, put together page by page; one that broke off goes on where it stopped. */
export function FilesPart({ api, estateId, month }: FilesPartProps) {
  const words = useMonthWords();
  const [format, setFormat] = useState<FileFormat>(fileFormats[0]);
  const [way, setWay] = useState<{ readonly done: number; readonly total: number }>();
  const begun = useRef<Download>(undefined);
  /** Pages of two closings add up to neither: the file is begun again. */
  const forgetChanged = (thrown: unknown): never => {
    if (thrown instanceof Error && thrown.message === 'export-changed') begun.current = undefined;
    throw thrown;
  };
  const { action, run } = useAction(async (_requestId, kind: ExportKind, asked: FileFormat) => {
    const before = begun.current;
    const isSame = before?.month === month && before.kind === kind && before.format === asked;
    const download = isSame ? before : { month, kind, format: asked, pages: [] };
    begun.current = download;
    setWay(download.pages.at(-1));
    const file = await api.file(download, (done, total) => setWay({ done, total })).catch(forgetChanged);
    begun.current = undefined;
    save(file, `${estateId}-${month}-${kind}.${asked}`);
  });
  return (
    <div className="stack">
      <p className="quiet">{words.filesHint}</p>
      <Choices
        label={words.fileFormat}
        value={format}
        options={fileFormats.map((one) => [one, words.fileFormats[one]])}
        onChange={setFormat}
      />
      <div className="buttons">
        {exportKinds.map((kind) => (
          <Send
            key={kind}
            action={action.state === 'failed' ? { state: 'idle' } : action}
            secondary
            onClick={() => run(kind, format)}
          >
            {words.download(words.fileKinds[kind])}
          </Send>
        ))}
      </div>
      {way !== undefined && action.state === 'sending' && (
        <div>
          <progress value={way.done} max={Math.max(1, way.total)} aria-label={words.files} />
          <p role="status">{words.downloading(way.done, way.total)}</p>
        </div>
      )}
      {action.state === 'failed' && <Problem failure={action.failure} />}
    </div>
  );
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
