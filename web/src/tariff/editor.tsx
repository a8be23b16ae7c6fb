import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Tariff } from '../../../contract/shapes/tariff.ts';
import type { Place } from '../../../contract/shapes/tariff-list.ts';
import { useAction } from '../parts/use-loaded.ts';
import { useText } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { CalendarForm } from './calendar-form.tsx';
import { Confirm } from './confirm.tsx';
import type { Draft } from './draft.ts';
import { ElectricityForm } from './electricity-form.tsx';
import { FeesForm } from './fees-form.tsx';
import { IdentityForm } from './identity-form.tsx';
import { PackagesForm } from './packages-form.tsx';
import { ReplayPart, useReplay } from './replay.tsx';
import { problemReader } from './section.ts';
import { ServiceForm } from './service-form.tsx';
import type { TariffApi } from './tariff-api.ts';
import { tariffOf } from './tariff-of.ts';
import { useTariffWords } from './words.ts';

export interface EditorProps {
  readonly api: TariffApi;
  readonly first: Draft;
  readonly copiedFrom: string | undefined;
  readonly timeZone: string;
  readonly time: EstateTime;
  /** The estate's own clock, as the server told it last. */
  readonly nowMs: number;
  /** How long before it takes effect a version must be saved. */
  readonly noticeMs: number;
  readonly places: readonly Place[];
  readonly taken: readonly string[];
  readonly onSaved: (tariff: Tariff) => void;
  readonly onLeave: () => void;
}

/** A new version, written part by part, replayed over last month, and confirmed before it is saved for good. */
export function Editor(props: EditorProps) {
  const { api, first, timeZone, nowMs, noticeMs, places, taken, onSaved } = props;
  const { text } = useText();
  const words = useTariffWords();
  const [draft, setDraft] = useState(first);
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const form = useRef<HTMLFormElement>(null);
  const [confirming, setConfirming] = useState(false);
  const { tariff, problems } = useMemo(
    () => tariffOf(draft, { timeZone, nowMs, noticeMs, taken }),
    [draft, timeZone, nowMs, noticeMs, taken],
  );
  const replay = useReplay(api, tariff, nowMs);
  const save = useAction(async () => {
    await api.save(tariff);
    onSaved(tariff);
  });
  const change = (patch: Partial<Draft>) => setDraft((before) => ({ ...before, ...patch }));
  const section = { draft, change, problemOf: problemReader(problems, words.problems, tried) };
  const count = Object.keys(problems).length;
  const ifComplete = (go: () => void) => {
    setTries(tries + 1);
    if (count === 0) go();
  };
  // Whoever tried to go on is taken to the first thing that keeps them from it.
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [tries]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ifComplete(() => setConfirming(true));
  };
  if (confirming)
    return (
      <Confirm
        {...{ tariff, places, time: props.time, action: save.action }}
        preview={replay.fresh ? replay.preview : undefined}
        onConfirm={() => save.run()}
        onBack={() => {
          save.reset();
          setConfirming(false);
        }}
      />
    );
  return (
    <form ref={form} className="stack" noValidate onSubmit={submit} data-testid="tariff-editor">
      <div className="section-head">
        <h1>{words.editorTitle}</h1>
        {props.copiedFrom !== undefined && <p className="quiet">{words.copiedFrom(props.copiedFrom)}</p>}
      </div>
      <IdentityForm {...section} {...{ places, timeZone, nowMs }} />
      <ElectricityForm {...section} />
      <ServiceForm {...section} />
      <FeesForm {...section} />
      <CalendarForm {...section} />
      <PackagesForm {...section} />
      <ReplayPart replay={replay} ifComplete={ifComplete} />
      {tried && count > 0 && (
        <p className="note note-problem" role="alert">
          {words.toSolve(count)}
        </p>
      )}
      <div className="buttons">
        <button type="submit" className="button button-primary">
          {words.toConfirm}
        </button>
        <button type="button" className="button" onClick={props.onLeave}>
          {text.cancel}
        </button>
      </div>
    </form>
  );
}
