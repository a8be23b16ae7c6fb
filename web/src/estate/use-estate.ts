import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { Alert } from '../../../contract/shapes/alert.ts';
import type { Estate } from '../../../contract/shapes/overview.ts';
import type { Api } from '../cloud/api.ts';
import { type EstateView, emptyView, reduceView, type Section } from '../cloud/estate-view.ts';
import type { LiveMessage } from '../cloud/live.ts';
import { followEstate, type LiveStatus } from '../cloud/live.ts';
import type { SignedIn } from '../cloud/signed-in.ts';
import { loadable } from '../parts/use-loaded.ts';
import type { EstateTime } from '../words/time.ts';

export interface EstateInUse {
  readonly view: EstateView;
  readonly status: LiveStatus;
  readonly refresh: () => void;
  readonly acknowledge: (alert: Alert) => Promise<void>;
}

/** How long the first fetch waits for the subscription, so that as a rule one fetch is enough. */
const patienceMs = 1_500;

/**
 * Follows one estate. Order matters: subscribe, then fetch, then apply what was said meanwhile; so nothing falls
 * between. Every new subscription after a break fetches again. Nothing is polled.
 */
export function useEstate(
  api: Api,
  signedIn: SignedIn,
  websocket: string,
  estate: Estate,
  time: EstateTime,
  sections: readonly Section[],
): EstateInUse {
  const [view, dispatch] = useReducer(reduceView, emptyView);
  const [status, setStatus] = useState<LiveStatus>('connecting');
  const refreshing = useRef<AbortController>(undefined);
  const saidMeanwhile = useRef<LiveMessage[]>([]);
  const { estateId } = estate;
  const { sameDay } = time;

  const refresh = useCallback(() => {
    refreshing.current?.abort();
    const abort = new AbortController();
    refreshing.current = abort;
    saidMeanwhile.current = [];
    const load = async (section: Section) => {
      const result = await loadable<unknown>(api[section](estateId, abort.signal));
      if (!abort.signal.aborted) dispatch({ type: 'loaded', section, result });
    };
    void Promise.all(sections.map(load)).then(() => {
      if (abort.signal.aborted) return;
      for (const message of saidMeanwhile.current) dispatch({ type: 'live', message, sameDay });
      refreshing.current = undefined;
    });
  }, [api, estateId, sameDay, sections]);

  // The subscription must outlive a change of language, which changes `refresh`.
  const newest = useRef({ refresh, sameDay });
  useEffect(() => {
    newest.current = { refresh, sameDay };
  });

  useEffect(() => {
    dispatch({ type: 'reset' });
    const dangers = new Map<string, string>();
    const outOfPatience = setTimeout(() => newest.current.refresh(), patienceMs);
    const unfollow = followEstate({
      url: websocket,
      estateId,
      accessToken: signedIn.accessToken,
      onStatus: (next) => {
        setStatus(next);
        if (next !== 'subscribed') return;
        clearTimeout(outOfPatience);
        newest.current.refresh();
      },
      onMessage: (message) => {
        if (refreshing.current !== undefined) saidMeanwhile.current.push(message);
        dispatch({ type: 'live', message, sameDay: newest.current.sameDay });
        if (message.kind === 'alerts' && isTurn(dangers, message.value)) newest.current.refresh();
      },
    });
    return () => {
      clearTimeout(outOfPatience);
      refreshing.current?.abort();
      refreshing.current = undefined;
      unfollow();
    };
  }, [signedIn, websocket, estateId]);

  const acknowledge = useCallback(
    async (alert: Alert) => {
      const acknowledged = await api.acknowledge(estateId, alert.alertId);
      dispatch({ type: 'live', message: { kind: 'alerts', value: acknowledged }, sameDay });
    },
    [api, estateId, sameDay],
  );

  return { view, status, refresh, acknowledge };
}

/**
 * Whether a danger to life has begun, been taken up or ended: then doors and ports of a whole facility change, and the
 * alert alone does not say how. Mere news of its deliveries is no turn.
 */
function isTurn(dangers: Map<string, string>, { alertId, severity, state }: Alert): boolean {
  if (severity !== 'life' || dangers.get(alertId) === state) return false;
  dangers.set(alertId, state);
  return true;
}
