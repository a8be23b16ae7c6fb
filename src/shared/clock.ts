/** Where a moment comes from. Everything that needs the time is given one of these. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/**
 * The real clock, or the world's clock of a local cloud.
 *
 * A local cloud that runs an evening in minutes sets `PENGYOU_CLOCK=<virtual ms>@<real ms>x<speed>` before every
 * invocation; speed 0 is a clock that stands still. AWS never sets it. The variable is read at every call, because a
 * stepped clock changes between two invocations of one process.
 */
export function systemClock(environment: Readonly<Record<string, string | undefined>>): Clock {
  return {
    now() {
      const setting = environment['PENGYOU_CLOCK'];
      return setting === undefined ? Date.now() : virtualNow(setting, Date.now());
    },
  };
}

/** Throws RangeError for a setting that is not of the form above: a wrong clock must not pass unseen. */
export function virtualNow(setting: string, realNowMs: number): number {
  const match = /^(\d+)@(\d+)x(\d+(?:\.\d+)?)$/.exec(setting);
  if (match === null) throw new RangeError(`PENGYOU_CLOCK is not <virtual ms>@<real ms>x<speed>: ${setting}`);
  const [, virtualMs, realMs, speed] = match;
  return Math.floor(Number(virtualMs) + (realNowMs - Number(realMs)) * Number(speed));
}

/** A device's clock may be this far ahead of ours before its word is not taken. */
const aheadMs = 60_000;

/**
 * When something happened: by the device's own clock where that can be true, else when we heard of it. It cannot have
 * happened well after we heard of it, nor longer before than a message may be on its way; a clock that says so is wrong.
 */
export function believedMs(
  told: { readonly occurredAtMs?: number | undefined; readonly receivedAtMs: number },
  longestOnItsWayMs: number,
): number {
  const { occurredAtMs, receivedAtMs } = told;
  const believable =
    occurredAtMs !== undefined &&
    occurredAtMs <= receivedAtMs + aheadMs &&
    receivedAtMs - occurredAtMs < longestOnItsWayMs;
  return believable ? occurredAtMs : receivedAtMs;
}
