/** The time of the simulated world. Everything in the local cloud that AWS would stamp reads it from here. */
export interface WorldClock {
  /** Milliseconds since 1970 in the world's own time. */
  now(): number;
  /** World seconds in one real second; 0 means that time stands still until `set`. */
  readonly speed: number;
  set(ms: number): void;
  /** A call of a function begins, and ends when the answer is called: a world too fast for its machine slows down. */
  begin?(): () => void;
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

/** A world at sixty times the speed outruns calls that take longer than this, in real time. */
const IN_TIME_MS = 250;
const LOOKS_EVERY_MS = 1000;
/** It gains speed more slowly than it loses it. */
const FASTER_AT_MOST = 1.5;

/**
 * A clock that runs at most `fastest` times as fast as the real one, and slower while the machine does not keep up: at
 * sixty times the speed a second's delay is a minute, and devices that are well would seem away. It never goes back.
 */
export function yieldingClock(
  startMs: number,
  fastest: number,
  // Not the system's clock, which somebody may set.
  realNow: () => number = () => performance.now(),
): WorldClock {
  let [anchorWorldMs, anchorRealMs, speed] = [startMs, realNow(), fastest];
  const open = new Set<{ readonly sinceMs: number }>();
  let ended: number[] = [];
  const read = () => Math.round(anchorWorldMs + (realNow() - anchorRealMs) * speed);
  const anchor = (worldMs: number) => {
    [anchorWorldMs, anchorRealMs, ended] = [worldMs, realNow(), []];
  };
  const look = () => {
    if (realNow() - anchorRealMs < LOOKS_EVERY_MS) return;
    // A machine that hangs ends nothing: then what is under way is as slow already as it is old.
    const tookMs = ended.length > 0 ? ended : [...open].map(({ sinceMs }) => realNow() - sinceMs);
    const meanMs = tookMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, tookMs.length);
    const bearable = (fastest * IN_TIME_MS) / Math.max(1, meanMs);
    anchor(read());
    speed = Math.max(Math.min(1, fastest), Math.min(fastest, bearable, speed * FASTER_AT_MOST));
  };
  return {
    get speed() {
      return speed;
    },
    now() {
      look();
      return read();
    },
    set: anchor,
    begin() {
      const call = { sinceMs: realNow() };
      open.add(call);
      return () => {
        if (open.delete(call)) ended.push(realNow() - call.sinceMs);
      };
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
