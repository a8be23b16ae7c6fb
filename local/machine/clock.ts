/** The time of the simulated world. Everything in the local cloud that AWS would stamp reads it from here. */
export interface WorldClock {
  /** Milliseconds since 1970 in the world's own time. */
  now(): number;
  /** World seconds in one real second; 0 means that time stands still until `set`. */
  readonly speed: number;
  set(ms: number): void;
}

/** A clock that runs `speed` times as fast as the real one, from `startMs` on. */
export function linearClock(startMs: number, speed: number): WorldClock {
  let anchorWorldMs = startMs;
  let anchorRealMs = Date.now();
  return {
    speed,
    now: () => Math.round(anchorWorldMs + (Date.now() - anchorRealMs) * speed),
    set(ms) {
      anchorWorldMs = ms;
      anchorRealMs = Date.now();
    },
  };
}

/** A clock that only moves when it is told to: for replays and for tests that name their own minutes. */
export function steppedClock(startMs: number): WorldClock {
  let worldMs = startMs;
  return {
    speed: 0,
    now: () => worldMs,
    set(ms) {
      worldMs = ms;
    },
  };
}

/** The clock as functions read it from PENGYOU_CLOCK: an anchor in both times, and the speed. */
export function clockText(clock: WorldClock): string {
  return `${clock.now()}@${Date.now()}x${clock.speed}`;
}

/** Whether the world runs in real time, so that parts with a clock of their own (DynamoDB Local's TTL) agree with it. */
export function isRealTime(clock: WorldClock): boolean {
  return clock.speed === 1 && Math.abs(clock.now() - Date.now()) < 5000;
}

const SHORTEST_DELAY_MS = 20;

/**
 * How long to wait, in real time, for a delay that AWS would count in the world's time. Never longer than
 * `atMostMs`: a person who watches an evening in minutes should not wait a real half minute for a second try.
 */
export function realDelayMs(clock: WorldClock, worldMs: number, atMostMs = 1000): number {
  const scaled = clock.speed === 0 ? 0 : worldMs / clock.speed;
  return Math.max(SHORTEST_DELAY_MS, Math.min(scaled, atMostMs));
}
