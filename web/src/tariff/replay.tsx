import { useState } from 'react';
import type { Tariff } from '../../../contract/shapes/tariff.ts';
import { Choices, Send } from '../parts/form.tsx';
import { type Action, useAction } from '../parts/use-loaded.ts';
import { localOf, monthOf, msOfLocal } from '../words/time.ts';
import type { PreviewSum } from './comparison.ts';
import { PreviewTable } from './preview.tsx';
import type { Span, TariffApi } from './tariff-api.ts';
import { useTariffWords } from './words.ts';

type Period = 'last-month' | 'thirty-days';

/** A replay and of what: of another draft, or another period, it is no longer true. */
interface Replayed {
  readonly of: string;
  readonly preview: PreviewSum;
}

export interface Replay {
  readonly period: Period;
  readonly setPeriod: (period: Period) => void;
  readonly action: Action<Replayed>;
  readonly sessions: number;
  readonly run: () => void;
  /** The newest replay, if there is one. */
  readonly preview: PreviewSum | undefined;
  /** Whether it is one of this very draft. */
  readonly fresh: boolean;
}

/** Prices the sessions of the past under a draft. Nothing is written. */
export function useReplay(api: TariffApi, tariff: Tariff, nowMs: number): Replay {
  const [period, setPeriod] = useState<Period>('last-month');
  const [sessions, setSessions] = useState(0);
  const of = JSON.stringify([period, pricesOf(tariff)]);
  const { action, run } = useAction(async (): Promise<Replayed> => {
    setSessions(0);
    return { of, preview: await api.preview(tariff, spanOf(period, tariff.timeZone, nowMs), setSessions) };
  });
  const preview = action.state === 'done' ? action.value.preview : undefined;
  return {
    ...{ period, setPeriod, action, sessions, run, preview },
    fresh: action.state === 'done' && action.value.of === of,
  };
}

/** The local calendar month before this one, or, as the server has it by itself, the thirty days up to now. */
export function spanOf(period: Period, timeZone: string, nowMs: number): Partial<Span> {
  if (period === 'thirty-days') return {};
  const start = (month: string) => msOfLocal(timeZone, `${month}-01`, '00:00') ?? 0;
  const { date } = localOf(timeZone, nowMs);
  return { fromMs: start(monthOf(date, -1)), untilMs: start(monthOf(date, 0)) };
}

/** All that a replay depends on: not what the version is called, nor when it begins. */
function pricesOf({ tariffVersion: _, effectiveFromMs: _from, ...prices }: Tariff) {
  return prices;
}

interface ReplayPartProps {
  readonly replay: Replay;
  /** Calls back only if the draft is complete. */
  readonly ifComplete: (go: () => void) => void;
}

export function ReplayPart({ replay, ifComplete }: ReplayPartProps) {
  const words = useTariffWords();
  const { preview, fresh, action } = replay;
  return (
    <section className="card" aria-labelledby="replay-title">
      <h2 id="replay-title">{words.replay}</h2>
      <p className="quiet">{words.replayHint}</p>
      <Choices
        label={words.period}
        value={replay.period}
        options={[
          ['last-month', words.periods['last-month']],
          ['thirty-days', words.periods['thirty-days']],
        ]}
        onChange={replay.setPeriod}
      />
      <Send action={action} secondary disabled={fresh} onClick={() => ifComplete(replay.run)}>
        {preview === undefined ? words.replayButton : words.replayAgain}
      </Send>
      {action.state === 'sending' && replay.sessions > 0 && (
        <p role="status">{words.replayedSoFar(replay.sessions)}</p>
      )}
      {preview !== undefined && !fresh && <p className="note">{words.replayStale}</p>}
      {preview !== undefined && <PreviewTable preview={preview} />}
    </section>
  );
}
