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
