import type { SessionPackage } from '../../../contract/shapes/tariff.ts';
import { ChoiceField, TextField } from '../parts/form.tsx';
import { useText } from '../words/text.ts';
import type { DraftPackage } from './draft.ts';
import { replaced, type SectionProps } from './section.ts';
import { useTariffWords } from './words.ts';

type TypedField = Exclude<keyof DraftPackage, 'key' | 'kind'>;

/** What residents can buy before and use instead of money. */
export function PackagesForm({ draft, change, problemOf }: SectionProps) {
  const words = useTariffWords();
  const { text } = useText();
  const { packages } = draft;
  const kinds = Object.entries(words.packageKinds) as [SessionPackage['kind'], string][];
  const number = Math.max(0, ...packages.map(({ key }) => Number(key.slice(1)))) + 1;
  return (
    <section className="card" aria-labelledby="packages-title">
      <h2 id="packages-title">{words.packages}</h2>
      <p className="quiet">{words.packagesHint}</p>
      {packages.map((offer, index) => {
        const set = (patch: Partial<DraftPackage>) =>
          change({ packages: replaced(packages, index, { ...offer, ...patch }) });
        const field = (name: TypedField, label: string, unit?: string, hint?: string) => (
          <TextField
            label={label}
            {...(unit === undefined ? {} : { unit })}
            hint={hint}
            value={offer[name]}
            problem={problemOf(`packages.${index}.${name}`)}
            onChange={(typed) => set({ [name]: typed })}
          />
        );
        return (
          <fieldset key={offer.key} className="group" data-testid="package-draft">
            <legend>{words.packageTitle(index + 1)}</legend>
            <div className="fields">
              {field('nameZh', words.nameZh)}
              {field('nameEn', words.nameEn)}
              {field('price', words.packagePrice, text.yuan)}
              <ChoiceField
                label={words.packageKind}
                value={offer.kind}
                options={kinds}
                onChange={(kind) => set({ kind })}
              />
              {field('amount', words.packageAmount, words.packageUnits[offer.kind])}
              {field('validDays', words.validDays, words.dayUnit)}
              {field('packageId', words.packageId, undefined, words.packageIdHint)}
            </div>
            <button
              type="button"
              className="button button-small"
              onClick={() => change({ packages: replaced(packages, index, undefined) })}
            >
              {text.remove}
            </button>
          </fieldset>
        );
      })}
      <button
        type="button"
        className="button button-small"
        disabled={packages.length >= 20}
        onClick={() => change({ packages: [...packages, emptyPackage(number)] })}
      >
        {words.addPackage}
      </button>
    </section>
  );
}

const emptyPackage = (number: number): DraftPackage => ({
  ...{ key: `k${number}`, packageId: `package-${number}`, nameZh: '', nameEn: '', price: '' },
  ...{ kind: 'sessions', amount: '', validDays: '' },
});
