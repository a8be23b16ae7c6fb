import { useCallback, useMemo } from 'react';
import { estateApi } from '../api.ts';
import { ChargeList } from '../charge-list.tsx';
import type { Client } from '../client.ts';
import type { Place } from '../tariff/contract.ts';
import type { EstateTime } from '../time.ts';
import { useLoaded } from '../use-loaded.ts';

interface LastChargesProps {
  readonly client: Client;
  readonly estateId: string;
  /** By their ids, the latest first. */
  readonly chargeIds: readonly string[];
  readonly places: readonly Place[];
  readonly time: EstateTime;
}

/** The latest charges of a household, each with its bill. */
export function LastCharges({ client, estateId, chargeIds, places, time }: LastChargesProps) {
  const api = useMemo(() => estateApi(client), [client]);
  const wanted = chargeIds.join(' ');
  const { loaded, refresh } = useLoaded(
    useCallback(
      async (signal: AbortSignal) => {
        const ids = wanted.split(' ').filter(Boolean);
        const details = await Promise.all(ids.map((chargeId) => api.charge(estateId, chargeId, signal)));
        return details.map(({ charge }) => charge);
      },
      [api, estateId, wanted],
    ),
  );
  return <ChargeList {...{ api, estateId, time }} charges={loaded} facilities={places} onRetry={refresh} />;
}
