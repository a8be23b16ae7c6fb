/** The time of the simulated world. Everything in the local cloud that AWS would stamp reads it from here. */
export interface WorldClock {
  /** Milliseconds since 1970 in the world's own time. */
  now(): number;
  /** World seconds in one real second; 0 means that time stands still until `set`. */
  readonly speed: number;
  set(ms: number): void;
  /** Told how long a call of a function took, in real time: what runs too fast for its machine slows down. */
  took?(realMs: number): void;
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
export function yieldingClock(startMs: number, fastest: number, realNow = Date.now): WorldClock {
  let [anchorWorldMs, anchorRealMs, speed] = [startMs, realNow(), fastest];
  let [calls, tookMs] = [0, 0];
  const read = () => Math.round(anchorWorldMs + (realNow() - anchorRealMs) * speed);
  const anchor = (worldMs: number) => {
    [anchorWorldMs, anchorRealMs, calls, tookMs] = [worldMs, realNow(), 0, 0];
  };
  const look = () => {
    if (realNow() - anchorRealMs < LOOKS_EVERY_MS) return;
    const bearable = calls === 0 ? fastest : (fastest * IN_TIME_MS * calls) / tookMs;
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
    took(realMs) {
      [calls, tookMs] = [calls + 1, tookMs + realMs];
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
