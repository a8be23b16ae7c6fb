import { useEffect, useRef, useState } from 'react';

const tickMs = 5_000;

/**
 * The server's clock, as far as a page can know it: the newest time that it was told, and what has gone by since. It
 * stands still while nothing is told (`isLive` false), so that what was known is not judged by a time of which nothing is.
 */
export function useServerTime(toldMs: number | undefined, isLive: boolean): number | undefined {
  const anchor = useRef<{ readonly atMs: number; readonly readAt: number }>(undefined);
  const [nowMs, setNowMs] = useState(toldMs);
  useEffect(() => {
    if (toldMs === undefined) return;
    const read = () => {
      const { atMs, readAt } = anchor.current ?? { atMs: toldMs, readAt: performance.now() };
      return atMs + performance.now() - readAt;
    };
    // What is told may be of a moment ago: the clock does not go back for it.
    const atMs = isLive ? Math.max(toldMs, anchor.current === undefined ? 0 : read()) : toldMs;
    anchor.current = { atMs, readAt: performance.now() };
    setNowMs(atMs);
    if (!isLive) return;
    const ticking = setInterval(() => setNowMs(read()), tickMs);
    return () => clearInterval(ticking);
  }, [toldMs, isLive]);
  return nowMs === undefined ? toldMs : Math.max(nowMs, toldMs ?? 0);
}
