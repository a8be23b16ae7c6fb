/** A bicycle's battery with its charger, as a port sees it: constant power, then a tail, then standby. */
export interface Battery {
  /** What is missing when it is plugged in. */
  readonly needWh: number;
  readonly chargerW: number;
  /** Time constant of the tail at the end of the session. */
  readonly taperS: number;
}

/** What a charger goes on drawing when its battery is full. */
const STANDBY_W = 5;
const SECONDS_PER_HOUR = 3600;

interface Phases {
  readonly constantS: number;
  readonly constantWh: number;
  readonly taperFromW: number;
  readonly taperS: number;
  readonly taperWh: number;
}

/** The tail begins when what is missing would fill in one time constant, so power never jumps. */
function phases(battery: Battery): Phases {
  const tailWh = Math.min(battery.needWh, (battery.chargerW * battery.taperS) / SECONDS_PER_HOUR);
  const constantWh = battery.needWh - tailWh;
  const taperFromW = (tailWh / battery.taperS) * SECONDS_PER_HOUR;
  const taperS = taperFromW > STANDBY_W ? battery.taperS * Math.log(taperFromW / STANDBY_W) : 0;
  return {
    constantS: (constantWh / battery.chargerW) * SECONDS_PER_HOUR,
    constantWh,
    taperFromW,
    taperS,
    taperWh: tailWh * (1 - Math.exp(-taperS / battery.taperS)),
  };
}

/** Energy drawn in the first `poweredS` seconds under power: a closed form, so that no step size shows in a bill. */
export function drawnWh(battery: Battery, poweredS: number): number {
  const { constantS, constantWh, taperFromW, taperS, taperWh } = phases(battery);
  if (poweredS <= constantS) return (battery.chargerW * poweredS) / SECONDS_PER_HOUR;
  const tailS = poweredS - constantS;
  if (tailS <= taperS) {
    const tailWh = (taperFromW * battery.taperS) / SECONDS_PER_HOUR;
    return constantWh + tailWh * (1 - Math.exp(-tailS / battery.taperS));
  }
  return constantWh + taperWh + (STANDBY_W * (tailS - taperS)) / SECONDS_PER_HOUR;
}

/** Power drawn after `poweredS` seconds under power. */
export function powerW(battery: Battery, poweredS: number): number {
  const { constantS, taperFromW, taperS } = phases(battery);
  if (poweredS < constantS) return battery.chargerW;
  const tailS = poweredS - constantS;
  return tailS < taperS ? taperFromW * Math.exp(-tailS / battery.taperS) : STANDBY_W;
}
