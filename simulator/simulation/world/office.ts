import { grant, revoke } from '../../../src/access/grant.ts';
import { acknowledgeAlert } from '../../../src/fire/acknowledge-alert.ts';
import { jsonMessage } from '../../devices/device.ts';
import { insist, type PeopleParts } from './people.ts';
import { doorBoard, facilityId, type Holder, memberOf, personOrigin, things } from './small-estate.ts';
import type { Store } from './store.ts';

export interface OfficeParts extends PeopleParts {
  readonly store: Store;
}

const MINUTE_MS = 60_000;
const MANY_ATTEMPTS = 100;

/** The property office and the committee: cards and alarms. */
export class Office {
  readonly #parts: OfficeParts;
  #events = 0;
  readonly revoked = new Set<string>();

  constructor(parts: OfficeParts) {
    this.#parts = parts;
  }

  /** A card is lost and revoked, just when somebody else prolongs it. */
  async revoke(holder: Holder, prolongs: boolean): Promise<void> {
    const { random, schedule } = this.#parts;
    const prolonging = prolongs
      ? insist(this.#parts, 'api-estate', 3, (backend) =>
          grant(backend, personOrigin('manager', backend.clock.now(), `grant ${holder.credentialId}`), {
            ...holder,
            memberId: memberOf(holder.credentialId),
            facilities: [facilityId],
            validFrom: '2026-01-01',
            validUntil: '2028-06-30',
          }),
        )
      : undefined;
    await schedule.sleep(random.int(0, 30), '');
    const done = await insist(this.#parts, 'api-estate', MANY_ATTEMPTS, async (backend) => {
      const origin = personOrigin('manager', backend.clock.now(), `revoke ${holder.credentialId}`);
      await revoke(backend, origin, holder.credentialId);
      return true;
    });
    if (done === true) this.revoked.add(holder.credentialId);
    await prolonging;
  }

  /** Smoke for a while, perhaps on and off; somebody answers for it, before or after it has gone. */
  async smoke(lastsMs: number): Promise<void> {
    const { network, random, schedule, shed } = this.#parts;
    const set = (alarm: boolean) => network.act(shed.smoke, (nowMs) => shed.smoke.device.set(alarm, nowMs));
    set(true);
    const answered = this.#answerAlerts(random.int(1, 20) * MINUTE_MS);
    for (let times = random.int(0, 2); times > 0; times -= 1) {
      await schedule.sleep(random.int(1, 90) * 1000, '');
      set(false);
      await schedule.sleep(random.int(1, 90) * 1000, '');
      set(true);
    }
    await schedule.sleep(lastsMs, '');
    set(false);
    await answered;
    await this.#answerAlerts(5 * MINUTE_MS);
  }

  /** A named person answers for every alert that is open. */
  async #answerAlerts(afterMs: number): Promise<void> {
    const { schedule, store } = this.#parts;
    await schedule.sleep(afterMs, '');
    const alerts = [...store.items.values()].filter(
      (item) => item['type'] === 'alert' && item['state'] === 'open',
    );
    for (const { sk: alertId } of alerts) {
      await insist(this.#parts, 'api-estate', 20, (backend) =>
        acknowledgeAlert(
          backend,
          personOrigin('manager-li', backend.clock.now(), `acknowledge ${alertId}`),
          alertId,
        ),
      );
    }
  }

  async corridor(lastsMs: number): Promise<void> {
    const { network, schedule, shed } = this.#parts;
    const see = (vehicles: number) =>
      network.act(shed.corridor, (nowMs) => shed.corridor.device.see(vehicles, 0.9, nowMs));
    see(1);
    await schedule.sleep(lastsMs / 2, '');
    see(2);
    await schedule.sleep(lastsMs / 2, '');
    see(0);
    await this.#answerAlerts(10 * MINUTE_MS);
  }

  /** What devices say that should not have been said, or is said all at once. */
  oddMessage(): void {
    const { network, random, shed } = this.#parts;
    this.#events += 1;
    const id = `odd-${this.#events}`;
    const up = (kind: string) => `pengyou/${things.readerIn}/up/${kind}`;
    const doorEvent = (index: number, reason: number) =>
      jsonMessage(`uhppoted/${things.gateway}/events`, {
        message: {
          event: {
            'device-id': doorBoard,
            'event-id': index,
            'event-type': 2,
            'event-reason': reason,
            'access-granted': true,
            'door-id': 1,
          },
        },
      });
    const odd = [
      () =>
        network.act(shed.readerIn, (atMs) => [
          jsonMessage(up('swipe'), { id, device: 'other', atMs, card: 'x' }),
        ]),
      () =>
        network.act(shed.readerIn, (atMs) => [
          jsonMessage(up('smoke'), { id, device: things.readerIn, atMs, level: 'alarm' }),
        ]),
      () =>
        network.act(shed.readerIn, (atMs) => [
          jsonMessage(up('nonsense'), { id, device: things.readerIn, atMs }),
        ]),
      () => network.act(shed.readerIn, () => [{ topic: up('swipe'), payload: Buffer.from('{') }]),
      // A door is forced and then stands open: two alarms of one board, told in one moment.
      () =>
        network.act(shed.gateway, () => [
          doorEvent(1_000_000 + 2 * this.#events, 38),
          doorEvent(1_000_001 + 2 * this.#events, 37),
        ]),
    ];
    random.pick(odd)();
  }
}
