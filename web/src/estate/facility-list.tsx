import type { ApiFailure } from '../../../contract/client.ts';
import type { Overview, Sensor } from '../../../contract/shapes/overview.ts';
import type { Loadable } from '../cloud/estate-view.ts';
import { Away } from '../parts/away.tsx';
import { Shown } from '../parts/shown.tsx';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { FacilityCard } from './facility-card.tsx';

interface FacilityListProps {
  readonly overview: Loadable<Overview>;
  readonly outdated: ApiFailure | undefined;
  readonly time: EstateTime;
  readonly onRetry: () => void;
}

export function FacilityList({ overview, outdated, time, onRetry }: FacilityListProps) {
  const { text } = useText();
  return (
    <section id="facilities" className="facilities" aria-labelledby="facilities-title">
      <div className="section-head">
        <h2 id="facilities-title">{text.facilities}</h2>
      </div>
      <Shown loadable={overview} outdated={outdated} onRetry={onRetry}>
        {({ facilities, sensors }) =>
          facilities.length === 0 && sensors.length === 0 ? (
            <NothingYet onRetry={onRetry} />
          ) : (
            <>
              <div className="facility-grid">
                {facilities.map((facility) => (
                  <FacilityCard key={facility.facilityId} facility={facility} time={time} />
                ))}
              </div>
              {sensors.length > 0 && <Sensors sensors={sensors} time={time} />}
            </>
          )
        }
      </Shown>
    </section>
  );
}

/** An estate without devices says so, and what to do: it may be in the middle of being set up. */
function NothingYet({ onRetry }: { readonly onRetry: () => void }) {
  const { text } = useText();
  return (
    <div className="note" data-testid="no-devices">
      <span>
        <strong>{text.noDevicesYet}</strong> {text.noDevicesNext}
      </span>
      <button type="button" className="button" onClick={onRetry}>
        {text.lookAgain}
      </button>
    </div>
  );
}

interface SensorsProps {
  readonly sensors: readonly Sensor[];
  readonly time: EstateTime;
}

/** The sensors and gateways of each kind: how many are heard, and by name which are not. */
function Sensors({ sensors, time }: SensorsProps) {
  const { text, name } = useText();
  const kinds = [...new Set(sensors.map(({ kind }) => kind))];
  const silent = sensors.filter(({ online }) => !online);
  return (
    <div className="sensors" data-testid="sensors">
      <p className="quiet">
        {text.sensors}
        {text.colon}
        {kinds
          .map((kind) => {
            const own = sensors.filter((sensor) => sensor.kind === kind);
            const heard = own.filter(({ online }) => online).length;
            return `${wordFor(text.words.sensorKinds, kind)} ${text.sensorsHeard(heard, own.length)}`;
          })
          .join(' · ')}
      </p>
      {silent.length > 0 && (
        <details open={silent.length <= openAtMost}>
          <summary>
            {text.sensorSilent} {silent.length}
          </summary>
          <ul>
            {silent.map((sensor) => (
              <li key={sensor.deviceId} data-testid={`silent-${sensor.deviceId}`}>
                {wordFor(text.words.sensorKinds, sensor.kind)}{' '}
                {sensor.place === undefined ? (
                  <span className="device">{sensor.deviceId}</span>
                ) : (
                  name(sensor.place)
                )}
                {text.colon}
                <Away seen={sensor} time={time} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** More than these are told by their number, and by name when asked. */
const openAtMost = 5;
