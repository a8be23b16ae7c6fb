import { useText } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';

interface AwayProps {
  readonly seen: { readonly lastSeenAtMs?: number | undefined };
  readonly time: EstateTime;
}

/** That a device is away, and since when, where it was ever heard. */
export function Away({ seen, time }: AwayProps) {
  const { text } = useText();
  const since =
    seen.lastSeenAtMs === undefined ? text.neverSeen : text.lastSeen(time.dayAndTime(seen.lastSeenAtMs));
  return `${text.offline} · ${since}`;
}
