import type { Name } from '../contract/shapes/name.ts';
import { wallClock } from './devices/wall-clock.ts';

/** What happens in the world's time, and how it is told to whoever watches. */
export interface World {
  now(): number;
  /** World seconds in one real second. */
  readonly speed: number;
  /** Real time that a machine or a network needs, as the world's clock counts it meanwhile. */
  worldMs(realMs: number): number;
  /** True when the condition came to hold within the limit. */
  until(condition: () => boolean, limitMs: number): Promise<boolean>;
  sleepUntil(atMs: number): Promise<void>;
  /** Keeps others away from a thing that serves one person at a time. */
  alone<T>(thing: string, deed: () => Promise<T>): Promise<T>;
  say(place: Name, zh: string, en: string): void;
}

interface Waiter {
  readonly condition: () => boolean;
  readonly limitMs: number;
  readonly resolve: (held: boolean) => void;
}

const LOOK_EVERY_REAL_MS = 40;
const SHOWN_ZONE = 'Asia/Shanghai';

export interface RunningWorld extends World {
  stop(): void;
}

/** `eachLook` is called some 25 times a real second: there the devices do what has fallen due. */
export function runWorld(
  time: { now(): number; readonly speed: number },
  eachLook: () => void,
  print: (line: string) => void,
): RunningWorld {
  let waiters: Waiter[] = [];
  const turns = new Map<string, Promise<unknown>>();
  const look = () => {
    eachLook();
    const now = time.now();
    const ready = waiters.filter((waiter) => waiter.condition() || now >= waiter.limitMs);
    if (ready.length === 0) return;
    const gone = new Set(ready);
    waiters = waiters.filter((waiter) => !gone.has(waiter));
    for (const waiter of ready) waiter.resolve(waiter.condition());
  };
  const timer = setInterval(look, LOOK_EVERY_REAL_MS);
  const until = (condition: () => boolean, limitMs: number) =>
    new Promise<boolean>((resolve) => waiters.push({ condition, limitMs: time.now() + limitMs, resolve }));
  return {
    now: () => time.now(),
    get speed() {
      return time.speed;
    },
    worldMs: (realMs) => realMs * Math.max(1, time.speed),
    until,
    async sleepUntil(atMs) {
      await until(() => time.now() >= atMs, Number.POSITIVE_INFINITY);
    },
    alone(thing, deed) {
      const turn = (turns.get(thing) ?? Promise.resolve()).then(deed, deed);
      turns.set(thing, turn);
      return turn;
    },
    say(place, zh, en) {
      print(`${wallClock(time.now(), SHOWN_ZONE).slice(5, 16)}  ${place.zh} ${place.en}: ${zh} · ${en}`);
    },
    stop: () => clearInterval(timer),
  };
}

const ASK_EVERY_REAL_MS = 500;

/**
 * The local cloud's clock, asked again and again, since it slows down for a busy machine, and continued in between. It
 * stands still, and does not go back, where it was ahead.
 */
export async function followClock(
  adminUrl: string,
): Promise<{ now(): number; readonly speed: number; stop(): void }> {
  let anchor = await askClock(adminUrl);
  let lastMs = 0;
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    anchor = await askClock(adminUrl).catch(() => anchor);
    isAsking = false;
  };
  const timer = setInterval(() => void ask(), ASK_EVERY_REAL_MS);
  return {
    now() {
      const nowMs = Math.round(anchor.nowMs + (Date.now() - anchor.atRealMs) * anchor.speed);
      lastMs = Math.max(lastMs, nowMs);
      return lastMs;
    },
    get speed() {
      return anchor.speed;
    },
    stop: () => clearInterval(timer),
  };
}

async function askClock(adminUrl: string): Promise<{ nowMs: number; speed: number; atRealMs: number }> {
  const askedAtMs = Date.now();
  const response = await fetch(`${adminUrl}/clock`);
  const { nowMs, speed } = (await response.json()) as { nowMs: number; speed: number };
  // It was so about half way through the asking.
  return { nowMs, speed, atRealMs: (askedAtMs + Date.now()) / 2 };
}
