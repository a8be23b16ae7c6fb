import { useState } from 'react';
import { type DayKind, dayKinds } from '../../../contract/words/words.ts';
import { CheckField, ChoiceField, Choices, TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { useText } from '../words/text.ts';
import { DayStrip, markOf, priceWords } from './day-strip.tsx';
import type { Draft } from './draft.ts';
import { replaced, type SectionProps } from './section.ts';
import {
  clockOf,
  type DayPlan,
  type DayPlans,
  type DraftPrice,
  flawsOf,
  halfHoursOfDay,
  paint,
  type Stretch,
  stretchesOf,
} from './strip.ts';
import { useTariffWords } from './words.ts';

/** Electricity: which prices there are, and which of them is in force at which half hour of which kind of day. */
export function ElectricityForm(props: SectionProps) {
  const { draft, change, problemOf } = props;
  const words = useTariffWords();
  const [brushId, setBrushId] = useState(draft.prices[0]?.priceId ?? '');
  const brush = draft.prices.find(({ priceId }) => priceId === brushId) ?? draft.prices[0];
  return (
    <section className="card" aria-labelledby="electricity-title">
      <h2 id="electricity-title">{words.electricity}</h2>
      <CheckField
        name="time-alone"
        checked={draft.timeAlone}
        onChange={(timeAlone) =>
          change({
            timeAlone,
            acknowledged: false,
            ...(timeAlone && draft.serviceBy === 'energy' ? { serviceBy: 'time' as const } : {}),
          })
        }
      >
        {words.timeAlone}
      </CheckField>
      {draft.timeAlone ? (
        <div className="note note-problem">
          <Icon of="fault" />
          <div className="stack">
            <p>{words.timeAloneRule}</p>
            <CheckField
              name="acknowledged"
              checked={draft.acknowledged}
              onChange={(acknowledged) => change({ acknowledged })}
            >
              <strong>{words.acknowledge}</strong>
            </CheckField>
            <Wrong problem={problemOf('acknowledged')} />
          </div>
        </div>
      ) : (
        <>
          <p className="quiet">{words.electricityHint}</p>
          <Prices {...props} />
          {brush !== undefined && (
            <Choices
              label={words.brush}
              value={brush.priceId}
              options={draft.prices.map((price, index) => [
                price.priceId,
                priceWords(words.priceNames, price, index),
              ])}
              onChange={setBrushId}
            />
          )}
          {dayKinds.map((day) => (
            <Day key={day} day={day} draft={draft} change={change} brush={brush} />
          ))}
        </>
      )}
    </section>
  );
}

function Wrong({ problem }: { readonly problem: string | undefined }) {
  if (problem === undefined) return null;
  return (
    <p className="field-problem" role="alert">
      <Icon of="fault" />
      {problem}
    </p>
  );
}

function Prices({ draft, change, problemOf }: SectionProps) {
  const words = useTariffWords();
  const { text } = useText();
  const { prices } = draft;
  const isUsed = (priceId: string) =>
    dayKinds.some((day) => stretchesOf(draft.plans, day).some((stretch) => stretch.priceId === priceId));
  const names = Object.entries(words.priceNames) as [DraftPrice['name'], string][];
  const nextId = `p${Math.max(0, ...prices.map(({ priceId }) => Number(priceId.slice(1)))) + 1}`;
  return (
    <div className="stack">
      <h3>{words.electricityPrices}</h3>
      {prices.map((price, index) => (
        <div key={price.priceId} className="row" data-testid="electricity-price">
          <ChoiceField
            label={words.priceName}
            value={price.name}
            options={names.map(([name, word]) => [name, name === '' ? `#${index + 1}` : word])}
            onChange={(name) => change({ prices: replaced(prices, index, { ...price, name }) })}
          />
          <TextField
            label={words.pricePerKWh}
            unit={words.perKWh}
            kind="decimal"
            value={price.price}
            problem={problemOf(`prices.${price.priceId}`)}
            onChange={(typed) => change({ prices: replaced(prices, index, { ...price, price: typed }) })}
          />
          <button
            type="button"
            className="button button-plain row-end"
            disabled={prices.length === 1 || isUsed(price.priceId)}
            onClick={() => change({ prices: replaced(prices, index, undefined) })}
            aria-label={`${text.remove} ${markOf(words.priceNames, price, index)}`}
          >
            <Icon of="cross" />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="button button-small"
        onClick={() => change({ prices: [...prices, { priceId: nextId, name: '', price: '' }] })}
      >
        {words.addPrice}
      </button>
    </div>
  );
}

interface DayProps {
  readonly day: DayKind;
  readonly draft: Draft;
  readonly change: SectionProps['change'];
  readonly brush: DraftPrice | undefined;
}

function Day({ day, draft, change, brush }: DayProps) {
  const words = useTariffWords();
  const { plans, prices } = draft;
  const plan = plans[day];
  const stretches = stretchesOf(plans, day);
  const set = (next: DayPlan) => change({ plans: { ...plans, [day]: next } });
  const others = dayKinds.slice(0, dayKinds.indexOf(day));
  const own = 'own';
  return (
    <div className="day stack" data-testid={`day-${day}`}>
      <div className="card-row">
        <h3>{words.days[day]}</h3>
        {others.length > 0 && (
          <ChoiceField
            label={words.dayPlan(words.days[day])}
            value={plan.sameAs ?? own}
            options={[
              ...others.map((other) => [other, words.sameAs(words.days[other])] as const),
              [own, words.own] as const,
            ]}
            onChange={(chosen) => set(chosen === own ? { stretches } : { sameAs: chosen as DayKind })}
          />
        )}
      </div>
      {plan.sameAs === undefined && (
        <>
          <DayStrip
            day={day}
            stretches={stretches}
            prices={prices}
            {...(brush === undefined
              ? {}
              : {
                  onPaint: (from: number, to: number) =>
                    set({ stretches: paint(stretches, { from, to, priceId: brush.priceId }) }),
                })}
          />
          <Flaws stretches={stretches} />
          <Rows plans={plans} day={day} prices={prices} onChange={(next) => set({ stretches: next })} />
        </>
      )}
    </div>
  );
}

/** What is missing or said twice, at once and in words. */
function Flaws({ stretches }: { readonly stretches: readonly Stretch[] }) {
  const words = useTariffWords();
  const flaws = flawsOf(stretches);
  if (flaws.length === 0)
    return (
      <p className="quiet" role="status">
        <Icon of="check" /> {words.complete}
      </p>
    );
  return (
    <ul role="status" className="stack-tight" data-testid="flaws">
      {flaws.map(({ kind, from, to }) => (
        <li key={`${kind}${from}`} className="field-problem">
          <Icon of="fault" />
          {words[kind](clockOf(from), clockOf(to))}
        </li>
      ))}
    </ul>
  );
}

interface RowsProps {
  readonly plans: DayPlans;
  readonly day: DayKind;
  readonly prices: readonly DraftPrice[];
  readonly onChange: (stretches: readonly Stretch[]) => void;
}

const allHalfHours = Array.from({ length: halfHoursOfDay + 1 }, (_, halfHour) => halfHour);

/** The same stretches to be typed: what overlaps or is missing stays as it was typed, and is said. */
function Rows({ plans, day, prices, onChange }: RowsProps) {
  const words = useTariffWords();
  const { text } = useText();
  const stretches = stretchesOf(plans, day);
  const last = stretches.at(-1)?.to ?? 0;
  const clockOptions = (halfHours: readonly number[]) =>
    halfHours.map((halfHour) => [String(halfHour), clockOf(halfHour)] as const);
  return (
    <div className="stack">
      {stretches.map((stretch, index) => {
        const set = (patch: Partial<Stretch>) =>
          onChange(replaced(stretches, index, { ...stretch, ...patch }));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two stretches may be equal while they are being typed.
          <div key={index} className="row row-stretch" data-testid="stretch">
            <ChoiceField
              label={words.stretchFrom}
              value={String(stretch.from)}
              options={clockOptions(allHalfHours.slice(0, -1))}
              onChange={(from) => set({ from: Number(from), to: Math.max(stretch.to, Number(from) + 1) })}
            />
            <ChoiceField
              label={words.stretchTo}
              value={String(stretch.to)}
              options={clockOptions(allHalfHours.slice(stretch.from + 1))}
              onChange={(to) => set({ to: Number(to) })}
            />
            <ChoiceField
              label={words.electricityPrices}
              value={stretch.priceId}
              options={prices.map((price, at) => [price.priceId, priceWords(words.priceNames, price, at)])}
              onChange={(priceId) => set({ priceId })}
            />
            <button
              type="button"
              className="button button-plain row-end"
              onClick={() => onChange(replaced(stretches, index, undefined))}
              aria-label={`${text.remove} ${clockOf(stretch.from)}–${clockOf(stretch.to)}`}
            >
              <Icon of="cross" />
            </button>
          </div>
        );
      })}
      <button
        type="button"
        className="button button-small"
        onClick={() =>
          onChange([
            ...stretches,
            {
              from: Math.min(last, halfHoursOfDay - 1),
              to: halfHoursOfDay,
              priceId: prices[0]?.priceId ?? '',
            },
          ])
        }
      >
        {words.addStretch}
      </button>
    </div>
  );
}
