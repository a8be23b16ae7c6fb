import type { Place } from '../../../contract/shapes/tariff-list.ts';
import { ChoiceField, TextField } from '../parts/form.tsx';
import { useText } from '../words/text.ts';
import { localOf } from '../words/time.ts';
import type { SectionProps } from './section.ts';
import { useTariffWords } from './words.ts';

interface IdentityFormProps extends SectionProps {
  readonly places: readonly Place[];
  readonly timeZone: string;
  readonly nowMs: number;
}

/** What the version is called, for whom it is, and from when: in the future only. */
export function IdentityForm({ draft, change, problemOf, places, timeZone, nowMs }: IdentityFormProps) {
  const words = useTariffWords();
  const { name } = useText();
  return (
    <section className="card" aria-labelledby="basics-title">
      <h2 id="basics-title">{words.basics}</h2>
      <div className="fields">
        <TextField
          label={words.version}
          name="tariff-version"
          hint={words.versionHint}
          value={draft.tariffVersion}
          problem={problemOf('tariffVersion')}
          onChange={(tariffVersion) => change({ tariffVersion })}
        />
        <ChoiceField
          label={words.scope}
          hint={words.scopeHint}
          value={draft.facilityId}
          options={[
            ['', words.wholeEstate],
            ...places.map((facility) => [facility.facilityId, name(facility.name)] as const),
          ]}
          onChange={(facilityId) => change({ facilityId })}
        />
        <TextField
          label={words.fromDate}
          name="from-date"
          kind="date"
          min={localOf(timeZone, nowMs).date}
          hint={words.fromHint(timeZone)}
          value={draft.fromDate}
          problem={problemOf('fromDate')}
          onChange={(fromDate) => change({ fromDate })}
        />
        <TextField
          label={words.fromTime}
          name="from-time"
          kind="time"
          value={draft.fromTime}
          onChange={(fromTime) => change({ fromTime })}
        />
      </div>
    </section>
  );
}
