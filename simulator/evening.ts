import type { DemoEstate } from './estate.ts';
import { befall } from './incidents.ts';
import { type DayPlan, type Plan, planDay } from './plan.ts';
import { live, type Residents } from './residents.ts';

const DAY_MS = 24 * 3_600_000;

export interface EveningOptions {
  readonly residents: Residents;
  readonly estates: readonly DemoEstate[];
  readonly seed: number;
  readonly report: (error: unknown) => void;
  readonly opening: Plan;
  readonly firstDay: DayPlan;
}

/** Day after day: first what a spectator should see at once, then what the seed says. It ends with the process. */
export async function runEvenings(options: EveningOptions): Promise<void> {
  const { residents, estates, seed, opening, firstDay } = options;
  perform(options, opening);
  perform(options, firstDay);
  for (let fromMs = firstDay.fromMs + DAY_MS; ; fromMs += DAY_MS) {
    await residents.world.sleepUntil(fromMs);
    perform(options, planDay(seed, estates, fromMs));
  }
}

/** Starts everything of a plan at its time; one that fails is told, and stops nobody else. */
function perform({ residents, estates, report }: EveningOptions, plan: Plan): void {
  const { world, site } = residents;
  const estateOf = (estateId: string) => estates.find((estate) => estate.estateId === estateId);
  for (const visit of plan.visits) {
    const estate = estateOf(visit.estateId);
    const place = estate?.places.find((candidate) => candidate.facilityId === visit.facilityId);
    if (!estate || !place) continue;
    world
      .sleepUntil(visit.atMs)
      .then(() => live(residents, estate, place, visit))
      .catch(report);
  }
  for (const incident of plan.incidents) {
    const estate = estateOf(incident.estateId);
    if (!estate) continue;
    world
      .sleepUntil(incident.atMs)
      .then(() => befall(world, site, estate, incident))
      .catch(report);
  }
}
