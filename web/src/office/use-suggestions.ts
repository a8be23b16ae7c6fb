import { useEffect, useState } from 'react';
import type { HouseholdShown as Household } from '../../../contract/shapes/office.ts';
import type { OfficeApi } from './office-api.ts';

/** Long enough that whoever types is not asked about at every letter. */
const pauseMs = 250;

/** The households that what is typed may mean; none while nothing is typed. A list that cannot be had is no trouble. */
export function useSuggestions(api: OfficeApi, typed: string): readonly Household[] {
  const [found, setFound] = useState<readonly Household[]>([]);
  useEffect(() => {
    if (typed === '') return setFound([]);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.households(typed, abort.signal).then(setFound, () => setFound([]));
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [api, typed]);
  return found;
}
