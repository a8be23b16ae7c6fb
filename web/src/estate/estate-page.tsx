import { useMemo } from 'react';
import type { Alert } from '../../../contract/shapes/alert.ts';
import type { Estate, Facility } from '../../../contract/shapes/overview.ts';
import type { Api } from '../cloud/api.ts';
import { asKnown } from '../cloud/known.ts';
import { mayAcknowledge, seesSessions } from '../cloud/roles.ts';
import type { SignedIn } from '../cloud/signed-in.ts';
import { Header, type HeaderProps } from '../parts/header.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { SessionList } from '../session/session-list.tsx';
import { useText } from '../words/text.ts';
import { estateTime } from '../words/time.ts';
import { AlertList } from './alert-list.tsx';
import { NotReached } from './deliveries.tsx';
import { EvacuationProgress } from './evacuation-progress.tsx';
import { FacilityList } from './facility-list.tsx';
import { RefusalList } from './refusals.tsx';
import { Summary } from './summary.tsx';
import { useEstate } from './use-estate.ts';
import { useServerTime } from './use-server-time.ts';
import { useSettingUp } from './use-setting-up.ts';

interface EstatePageProps {
  readonly api: Api;
  readonly signedIn: SignedIn;
  readonly websocket: string;
  readonly estate: Estate;
  readonly header: Omit<HeaderProps, 'live'>;
}

/** What a committee may see, and what the staff sees besides. */
const openSections = ['overview', 'alerts'] as const;
const allSections = [...openSections, 'sessions', 'refusals'] as const;

/** One estate, whole: what is going on, what needs somebody, what was charged, what was refused. */
export function EstatePage({ api, signedIn, websocket, estate, header }: EstatePageProps) {
  const { text, language, name } = useText();
  const time = useMemo(() => estateTime(estate.timeZone, language), [estate.timeZone, language]);
  const roles = signedIn.person()?.roles ?? [];
  const seesAll = seesSessions(roles);
  const asked = seesAll ? allSections : openSections;
  const { view, status, refresh, acknowledge } = useEstate(api, signedIn, websocket, estate, time, asked);
  const lastUpdate = view.latestAtMs === undefined ? undefined : time.seconds(view.latestAtMs);
  useSettingUp(view.overview, refresh);
  const nowMs = useServerTime(view.latestAtMs, status === 'subscribed');
  const overview = useMemo(
    () =>
      view.overview.state === 'ready' && nowMs !== undefined
        ? { ...view.overview, value: asKnown(view.overview.value, nowMs) }
        : view.overview,
    [view.overview, nowMs],
  );
  const facilities: readonly Facility[] = overview.state === 'ready' ? overview.value.facilities : [];
  const alerts = view.alerts.state === 'ready' ? view.alerts.value : [];
  return (
    <>
      <Header {...header} live={{ status, lastUpdate }} />
      <Navigation seesAll={seesAll} />
      <main
        id="content"
        className={status === 'interrupted' ? 'page page-old' : 'page'}
        data-live={status}
        tabIndex={-1}
      >
        <h1 className="sr-only">
          {name(estate.name)} · {text.pageNames.estate}
        </h1>
        {status === 'interrupted' && (
          <p className="note note-problem interruption wide" role="status">
            <Icon of="fault" />
            <span>
              {text.interruptedNotice}{' '}
              {lastUpdate === undefined ? text.noUpdateYet : text.lastUpdate(lastUpdate)}
            </span>
          </p>
        )}
        {alerts.filter(isOpenDanger).map((alert) => (
          <Danger
            key={alert.alertId}
            alert={alert}
            facility={facilities.find(({ facilityId, alarm }) => alarm && facilityId === alert.facilityId)}
          />
        ))}
        <NotReached alerts={alerts} time={time} />
        <Summary view={{ ...view, overview }} seesAll={seesAll} />
        <AlertList
          alerts={view.alerts}
          outdated={view.outdated.alerts}
          time={time}
          onAcknowledge={mayAcknowledge(roles) ? acknowledge : undefined}
          onRetry={refresh}
        />
        <FacilityList overview={overview} outdated={view.outdated.overview} time={time} onRetry={refresh} />
        {seesAll && (
          <>
            <SessionList
              api={api}
              estateId={estate.estateId}
              sessions={view.sessions}
              outdated={view.outdated.sessions}
              facilities={facilities}
              time={time}
              onRetry={refresh}
            />
            <RefusalList
              refusals={view.refusals}
              outdated={view.outdated.refusals}
              time={time}
              onRetry={refresh}
            />
          </>
        )}
      </main>
    </>
  );
}

function isOpenDanger({ severity, state }: Alert): boolean {
  return severity === 'life' && state === 'open';
}

interface DangerProps {
  readonly alert: Alert;
  /** The facility that is being emptied for it. */
  readonly facility: Facility | undefined;
}

function Danger({ alert, facility }: DangerProps) {
  const { text, name } = useText();
  return (
    <div className="danger wide" role="alert">
      <Icon of="flame" />
      <div className="danger-text">
        <p>
          <strong>{text.lifeAlert}</strong> {name(alert.place)} — {name(alert.text)}
        </p>
        {facility !== undefined && <EvacuationProgress facility={facility} />}
      </div>
      <a className="button" href={`#alert-${alert.alertId}`}>
        {text.showAlert}
      </a>
    </div>
  );
}

const sections = [
  { href: '#facilities', icon: 'shed', word: 'facilitiesShort', isOpen: true },
  { href: '#alerts', icon: 'bell', word: 'alerts', isOpen: true },
  { href: '#sessions', icon: 'bill', word: 'sessionsShort', isOpen: false },
  { href: '#refusals', icon: 'refused', word: 'refusalsShort', isOpen: false },
] as const satisfies readonly { href: string; icon: IconName; word: string; isOpen: boolean }[];

/** A bar at the foot of a phone; on a desk everything is in sight and it is not shown. */
function Navigation({ seesAll }: { readonly seesAll: boolean }) {
  const { text } = useText();
  return (
    <nav className="foot" aria-label={text.sections}>
      {sections
        .filter(({ isOpen }) => seesAll || isOpen)
        .map(({ href, icon, word }) => (
          <a key={href} href={href}>
            <Icon of={icon} />
            {text[word]}
          </a>
        ))}
    </nav>
  );
}
