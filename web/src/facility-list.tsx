import type { Overview } from './contract.ts';
import type { Loadable } from './estate-view.ts';
import { FacilityCard } from './facility-card.tsx';
import { Shown } from './shown.tsx';
import { useText, wordFor } from './text.ts';
import type { EstateTime } from './time.ts';

interface FacilityListProps {
  readonly overview: Loadable<Overview>;
  readonly time: EstateTime;
  readonly onRetry: () => void;
}

export function FacilityList({ overview, time, onRetry }: FacilityListProps) {
  const { text } = useText();
  return (
    <section id="facilities" className="facilities" aria-labelledby="facilities-title">
      <div className="section-head">
        <h2 id="facilities-title">{text.facilities}</h2>
        {overview.state === 'ready' && <Sensors sensors={overview.value.sensors} />}
      </div>
      <Shown loadable={overview} onRetry={onRetry}>
        {({ facilities }) =>
          facilities.length === 0 ? (
            <p className="quiet">{text.noFacilities}</p>
          ) : (
            <div className="facility-grid">
              {facilities.map((facility) => (
                <FacilityCard key={facility.facilityId} facility={facility} time={time} />
              ))}
            </div>
          )
        }
      </Shown>
    </section>
  );
}

/** How many sensors of each kind watch this estate. */
function Sensors({ sensors }: { readonly sensors: Overview['sensors'] }) {
  const { text } = useText();
  const counts = new Map<string, number>();
  for (const { kind } of sensors) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (counts.size === 0) return null;
  const parts = [...counts].map(([kind, count]) => `${wordFor(text.words.sensorKinds, kind)} ${count}`);
  return (
    <p className="quiet">
      {text.sensors}
      {text.colon}
      {parts.join(' · ')}
    </p>
  );
}
