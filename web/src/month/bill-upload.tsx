import { useId, useState } from 'react';
import type { Provider } from '../../../contract/words/words.ts';
import { Done, FileField, Send, TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { Said } from '../parts/said.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { useText } from '../words/text.ts';
import { type BillFile, problemInMonth, readBillFile } from './bill-file.ts';
import type { DayBill, MonthApi } from './month-api.ts';
import { useMonthWords } from './words.ts';

interface BillUploadProps {
  readonly api: MonthApi;
  readonly month: string;
  readonly provider: Provider;
  readonly onCompared: () => void;
}

/** A file that was chosen, with the day that was typed for it where it tells none. */
interface Chosen extends BillFile {
  readonly asked: boolean;
}

/** The provider's bills as files, for whom the server cannot fetch them: chosen, checked, and sent a day at a time. */
export function BillUpload({ api, month, provider, onCompared }: BillUploadProps) {
  const words = useMonthWords();
  const [files, setFiles] = useState<readonly Chosen[]>([]);
  const [tried, setTried] = useState(false);
  const [way, setWay] = useState<{ readonly done: number; readonly total: number }>();
  const { action, run, reset } = useAction(async (_requestId, bills: readonly DayBill[]) => {
    await api.upload(month, provider, bills, (done, total) => setWay({ done, total }));
    setFiles([]);
    onCompared();
    return bills.length;
  });
  const change = (next: readonly Chosen[]) => {
    reset();
    setTried(false);
    setFiles(next);
  };
  const choose = async (list: readonly File[]) => {
    const read = list.map(async (file): Promise<Chosen> => {
      const bill = readBillFile(file.name, new Uint8Array(await file.arrayBuffer()), provider);
      return { ...bill, asked: bill.problem === undefined && bill.day === undefined };
    });
    change(await Promise.all(read));
  };
  const problems = files.map((file) => problemInMonth(file, month, files) ?? noDay(file));
  const wrong = problems.filter((problem) => problem !== undefined).length;
  const send = () => {
    setTried(true);
    if (wrong === 0) run(files.map(({ day = '', text }) => ({ day, text })));
  };
  return (
    <div className="group" data-testid="bill-upload">
      <h3>{words.upload}</h3>
      <p className="quiet">{words.uploadHint}</p>
      <FileField label={words.chooseFiles} name="bills" accept=".csv,.txt,text/csv" onChoose={choose} />
      {files.length > 0 && (
        <>
          <ul className="rows" aria-label={words.chosenFiles}>
            {files.map((file, index) => (
              <FileRow
                key={file.name}
                file={file}
                // That a day is missing is seen; it is a problem only for whoever goes on without it.
                problem={problems[index] === 'no-day' && !tried ? undefined : problems[index]}
                onDay={(day) => change(files.map((one) => (one === file ? { ...file, day } : one)))}
                onRemove={() => change(files.filter((one) => one !== file))}
              />
            ))}
          </ul>
          <Send action={action} secondary onClick={send}>
            {words.sendFiles}
          </Send>
          {tried && wrong > 0 && (
            <p className="note note-problem" role="alert">
              <Icon of="fault" />
              <span>{words.stillWrong(wrong)}</span>
            </p>
          )}
        </>
      )}
      {way !== undefined && action.state === 'sending' && (
        <div>
          <progress value={way.done} max={way.total} aria-label={words.sendFiles} />
          <p role="status">{words.uploading(way.done, way.total)}</p>
        </div>
      )}
      {action.state === 'failed' && way !== undefined && way.done < way.total && (
        <p>
          <Said>{words.notTaken(files[way.done]?.name ?? '')}</Said>
        </p>
      )}
      {action.state === 'done' && <Done>{words.uploaded(action.value)}</Done>}
    </div>
  );
}

function noDay({ day }: BillFile): 'no-day' | undefined {
  return day === undefined || day === '' ? 'no-day' : undefined;
}

interface FileRowProps {
  readonly file: Chosen;
  readonly problem: keyof ReturnType<typeof useMonthWords>['fileProblems'] | undefined;
  readonly onDay: (day: string | undefined) => void;
  readonly onRemove: () => void;
}

function FileRow({ file, problem, onDay, onRemove }: FileRowProps) {
  const words = useMonthWords();
  const { text } = useText();
  const { name, day, asked } = file;
  const nameId = useId();
  const problemWords = problem === undefined ? undefined : words.fileProblems[problem];
  return (
    <li className="bill-file" data-testid="bill-file" data-day={day} data-problem={problem}>
      <p id={nameId}>
        <code>
          <Said>{name}</Said>
        </code>{' '}
        {!asked && day}
      </p>
      <button type="button" className="button button-small" onClick={onRemove} aria-describedby={nameId}>
        {text.remove}
      </button>
      {asked ? (
        <TextField
          label={words.dayOf}
          name="bill-day"
          kind="date"
          hint={words.dayHint}
          value={day ?? ''}
          problem={problemWords}
          onChange={(typed) => onDay(typed === '' ? undefined : typed)}
        />
      ) : (
        problemWords !== undefined && (
          <p className="field-problem">
            <Icon of="fault" />
            {problemWords}
          </p>
        )
      )}
    </li>
  );
}
