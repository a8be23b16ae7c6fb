import { useCallback, useMemo, useState } from 'react';
import type { Client } from '../../../contract/client.ts';
import type { Place } from '../../../contract/shapes/tariff-list.ts';
import { estateApi } from '../cloud/api.ts';
import { useEvery, useLoaded } from '../parts/use-loaded.ts';
import { SessionList } from '../session/session-list.tsx';
import type { EstateTime } from '../words/time.ts';

interface LastSessionsProps {
  readonly client: Client;
  readonly estateId: string;
  readonly runningIds: readonly string[];
  /** Those that moved money, the latest first. */
  readonly endedIds: readonly string[];
  readonly places: readonly Place[];
  readonly time: EstateTime;
}

const lookAgainMs = 5_000;

/** The sessions of a household that run, and the latest that have ended, each with its bill. */
export function LastSessions({ client, estateId, runningIds, endedIds, places, time }: LastSessionsProps) {
  const api = useMemo(() => estateApi(client), [client]);
  const ran = useEverIn(runningIds);
  const wanted = [...new Set([...ran, ...endedIds])].join(' ');
  const { loaded, outdated, refresh } = useLoaded(
    useCallback(
      async (signal: AbortSignal) => {
        const ids = wanted.split(' ').filter(Boolean);
        const details = await Promise.all(ids.map((sessionId) => api.session(estateId, sessionId, signal)));
        return details.map(({ session }) => session).toSorted((a, b) => b.startedAtMs - a.startedAtMs);
      },
      [api, estateId, wanted],
    ),
  );
  const isRunning = loaded.state === 'ready' && loaded.value.some(({ endedAtMs }) => endedAtMs === undefined);
  useEvery(lookAgainMs, isRunning, refresh);
  return (
    <SessionList
      {...{ api, estateId, time, outdated }}
      sessions={loaded}
      facilities={places}
      onRetry={refresh}
    />
  );
}

/** All that have been among them, the latest first: a session that a package paid moves no money, and would be gone. */
function useEverIn(ids: readonly string[]): readonly string[] {
  const [ever, setEver] = useState(ids);
  const fresh = ids.filter((id) => !ever.includes(id));
  if (fresh.length === 0) return ever;
  const all = [...fresh, ...ever];
  setEver(all);
  return all;
}
