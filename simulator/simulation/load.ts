import { type MoneyPeople, planMoney } from './money/money-day.ts';
import type { Faults } from './world/faults.ts';
import type { Office } from './world/office.ts';
import type { People, PeopleParts } from './world/people.ts';
import { holders, households } from './world/small-estate.ts';

export interface LoadParts extends PeopleParts {
  readonly faults: Faults;
  readonly people: People;
  readonly office: Office;
  readonly money: MoneyPeople;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Nobody comes later: the longest watchdog has to run out before the day ends. */
const LAST_ARRIVAL_MS = 10 * HOUR_MS;
const VISITS_A_DAY = 120;

/** Plans the day that begins now: who comes when, what is done with money and by the office, and what goes wrong in the cloud. */
export function startDay(parts: LoadParts, day: number, guard: (deed: Promise<unknown>) => void): void {
  const { schedule, random, people, office, money, faults } = parts;
  const plan = (atMs: number, label: string, deed: () => Promise<unknown>) =>
    schedule.after(atMs, label, () => guard(deed()));
  const anywhen = () => random.int(0, LAST_ARRIVAL_MS);
  if (day === 1)
    for (const household of households)
      plan(0, `${household} pays in`, () => money.desk.cashIn(household, firstMoney(parts)));

  // Some come together: the second card of a household, or a crowd at one moment.
  let lastMs = MINUTE_MS;
  for (let visit = 0; visit < VISITS_A_DAY; visit += 1) {
    const atMs = random.chance(0.3) ? lastMs : MINUTE_MS + anywhen();
    lastMs = atMs;
    const holder = random.pick(holders);
    plan(atMs, `${holder.credentialId} comes`, () => people.visit(holder));
  }
  planMoney(money, random, (label, deed) => plan(anywhen(), label, deed));
  const lost = random.pick(holders);
  plan(anywhen(), `${lost.credentialId} is revoked`, () => office.revoke(lost, random.chance(0.6)));
  if (random.chance(0.6)) plan(anywhen(), 'smoke', () => office.smoke(random.int(2, 40) * MINUTE_MS));
  for (let times = random.int(0, 3); times > 0; times -= 1)
    plan(anywhen(), 'a bike in the corridor', () => office.corridor(random.int(4, 60) * MINUTE_MS));
  for (let odd = random.int(4, 12); odd > 0; odd -= 1)
    plan(anywhen(), 'an odd message', async () => office.oddMessage());
  for (let storm = random.int(1, 3); storm > 0; storm -= 1) {
    const fromMs = random.int(0, 22 * HOUR_MS);
    plan(fromMs, 'the cloud has a bad time', async () => {
      faults.storm = true;
    });
    plan(fromMs + random.int(2, 25) * MINUTE_MS, 'the cloud is well again', async () => {
      faults.storm = false;
    });
  }
}

/** Most have enough for a while; some for one session, or for less than one. */
function firstMoney({ random }: LoadParts): number {
  return random.chance(0.4) ? random.int(20, 200) : random.int(300, 2000);
}
