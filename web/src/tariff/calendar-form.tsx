import { useState } from 'react';
import { TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { datesBetween, isWeekend, spansOf, withDates } from './dates.ts';
import type { SectionProps } from './section.ts';
import { useTariffWords } from './words.ts';

/** Holidays, and the weekend days that are worked for them. */
export function CalendarForm({ draft, change, problemOf }: SectionProps) {
  const words = useTariffWords();
  const problem = problemOf('holidays');
  return (
    <section className="card" aria-labelledby="calendar-title">
      <h2 id="calendar-title">{words.calendar}</h2>
      <p className="quiet">{words.calendarHint}</p>
      <Dates label={words.holidays} dates={draft.holidays} onChange={(holidays) => change({ holidays })} />
      {problem !== undefined && (
        <p className="field-problem">
          <Icon of="fault" />
          {problem}
        </p>
      )}
      <Dates
        label={words.workdays}
        dates={draft.workdays}
        only={isWeekend}
        onChange={(workdays) => change({ workdays })}
      />
    </section>
  );
}

interface DatesProps {
  readonly label: string;
  readonly dates: readonly string[];
  readonly only?: (date: string) => boolean;
  readonly onChange: (dates: string[]) => void;
}

function Dates({ label, dates, only = () => true, onChange }: DatesProps) {
  const words = useTariffWords();
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const chosen = datesBetween(first, last);
  const fitting = chosen.filter(only);
  const add = () => {
    onChange(withDates(dates, fitting));
    setFirst('');
    setLast('');
  };
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      <ul className="chips">
        {dates.length === 0 && <li className="quiet">{words.noDays}</li>}
        {spansOf(dates).map((span) => {
          const shown = span.first === span.last ? span.first : `${span.first} – ${span.last}`;
          return (
            <li key={span.first}>
              <button
                type="button"
                className="chip"
                onClick={() => onChange(dates.filter((date) => !span.dates.includes(date)))}
                aria-label={words.removeDay(shown)}
              >
                {shown}
                <Icon of="cross" />
              </button>
            </li>
          );
        })}
      </ul>
      <div className="row">
        <TextField label={words.firstDay} kind="date" value={first} onChange={setFirst} />
        <TextField
          label={words.lastDay}
          kind="date"
          value={last}
          min={first}
          problem={chosen.length > 0 && fitting.length === 0 ? words.notWeekend : undefined}
          onChange={setLast}
        />
        <button type="button" className="button row-end" disabled={fitting.length === 0} onClick={add}>
          {words.addDays}
        </button>
      </div>
    </fieldset>
  );
}
