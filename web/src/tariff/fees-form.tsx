import { TextField } from '../parts/form.tsx';
import { useText } from '../words/text.ts';
import type { Draft } from './draft.ts';
import type { SectionProps } from './section.ts';
import { useTariffWords } from './words.ts';

type TypedField = {
  [K in keyof Draft]: Draft[K] extends string ? K : never;
}[keyof Draft];

/** Fees that are due once, caps, and what is set aside before power. An empty field is a component that is not used. */
export function FeesForm({ draft, change, problemOf }: SectionProps) {
  const words = useTariffWords();
  const { text } = useText();
  const field = (name: TypedField, label: string, unit: string, hint?: string) => (
    <TextField
      label={label}
      unit={unit}
      name={name}
      kind={unit === words.minutes ? 'count' : 'decimal'}
      value={draft[name]}
      problem={problemOf(name)}
      hint={hint}
      onChange={(typed) => change({ [name]: typed })}
    />
  );
  return (
    <section className="card" aria-labelledby="fees-title">
      <h2 id="fees-title">{words.fees}</h2>
      <p className="quiet">{words.feesHint}</p>
      <div className="fields">{field('hold', words.hold, text.yuan, words.holdHint)}</div>
      <div className="fields">
        {field('startFee', words.startFee, text.yuan)}
        {field('freeMinutes', words.freeMinutes, words.minutes)}
        {field('minimumFee', words.minimumFee, text.yuan)}
        {field('minimumMinutes', words.minimumMinutes, words.minutes)}
        {field('minimumPerSession', words.minimumPerSession, text.yuan)}
        {field('capPerSession', words.capPerSession, text.yuan)}
        {field('capPerDay', words.capPerDay, text.yuan)}
        {field('overstayPrice', words.overstayPrice, words.perHour)}
        {field('graceMinutes', words.graceMinutes, words.minutes)}
      </div>
    </section>
  );
}
