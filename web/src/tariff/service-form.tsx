import type { Tariff } from '../../../contract/shapes/tariff.ts';
import { Choices, TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { useText } from '../words/text.ts';
import { type DraftBand, isByEnergy, isByPower } from './draft.ts';
import { replaced, type SectionProps } from './section.ts';
import { useTariffWords } from './words.ts';

/** The service fee: by energy or by time, at one price or in bands of power. */
export function ServiceForm(props: SectionProps) {
  const { draft, change, problemOf } = props;
  const words = useTariffWords();
  const kinds: readonly Tariff['service']['by'][] = draft.timeAlone
    ? ['time', 'power']
    : ['energy', 'energy-by-power', 'time', 'power'];
  return (
    <section className="card" aria-labelledby="service-title">
      <h2 id="service-title">{words.service}</h2>
      <Choices
        label={words.serviceBy}
        value={draft.serviceBy}
        options={kinds.map((kind) => [kind, words.serviceKinds[kind]])}
        onChange={(serviceBy) =>
          change({
            serviceBy,
            ...(isByPower(serviceBy) && draft.bands.length === 0 ? { bands: firstBands } : {}),
          })
        }
      />
      {isByPower(draft.serviceBy) ? (
        <Bands {...props} />
      ) : (
        <div className="fields">
          <TextField
            label={words.servicePrice}
            name="service-price"
            unit={isByEnergy(draft.serviceBy) ? words.perKWh : words.perHour}
            kind="decimal"
            value={draft.servicePrice}
            problem={problemOf('servicePrice')}
            onChange={(servicePrice) => change({ servicePrice })}
          />
        </div>
      )}
    </section>
  );
}

/** Where the trade draws its lines; the last covers what a port can give. */
const firstBands: readonly DraftBand[] = [
  { key: 'b0', upToW: '200', price: '' },
  { key: 'b1', upToW: '500', price: '' },
  { key: 'b2', upToW: '1000', price: '' },
];

function Bands({ draft, change, problemOf }: SectionProps) {
  const words = useTariffWords();
  const { text } = useText();
  const { bands } = draft;
  const set = (index: number, patch: Partial<DraftBand> | undefined) => {
    const band = bands[index];
    if (band === undefined) return;
    change({ bands: replaced(bands, index, patch === undefined ? undefined : { ...band, ...patch }) });
  };
  const nextKey = `b${Math.max(0, ...bands.map(({ key }) => Number(key.slice(1)))) + 1}`;
  return (
    <div className="stack">
      <h3>{words.bands}</h3>
      <p className="quiet">{words.bandsHint}</p>
      {bands.map((band, index) => (
        <div key={band.key} className="row" data-testid="band">
          <TextField
            label={words.upTo}
            unit="W"
            kind="count"
            value={band.upToW}
            problem={problemOf(`bands.${index}.upToW`)}
            onChange={(upToW) => set(index, { upToW })}
          />
          <TextField
            label={words.servicePrice}
            unit={isByEnergy(draft.serviceBy) ? words.perKWh : words.perHour}
            kind="decimal"
            value={band.price}
            problem={problemOf(`bands.${index}.price`)}
            onChange={(price) => set(index, { price })}
          />
          <button
            type="button"
            className="button button-plain row-end"
            disabled={bands.length === 1}
            onClick={() => set(index, undefined)}
            aria-label={`${text.remove} ${band.upToW} W`}
          >
            <Icon of="cross" />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="button button-small"
        disabled={bands.length >= 8}
        onClick={() => change({ bands: [...bands, { key: nextKey, upToW: '', price: '' }] })}
      >
        {words.addBand}
      </button>
    </div>
  );
}
