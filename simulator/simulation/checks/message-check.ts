import { factOfRequest } from '../../../src/charging/find-order.ts';
import { orderFor } from '../../../src/charging/session.ts';
import type { Envelope } from '../../../src/devices/envelope.ts';
import type { DeviceEvent } from '../../../src/devices/events.ts';
import { families } from '../../../src/devices/families/all.ts';
import { keys } from '../../../src/shared/keys.ts';
import { identityIn } from '../../../src/shared/keys-read.ts';
import type { Item, Key } from '../../../src/shared/table.ts';
import { openVault, timeZone } from '../world/small-estate.ts';
import type { Change, Store } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/** What keeps its identity however it arrives; of the others each arrival is a fact of its own. */
const ownIdentity = /^pengyou\/|^uhppoted\/[^/]+\/events|\/(83|84|85|86)\/DEV$/;

/**
 * I9: whenever the cloud says that it is done with a message, the message has left its trace: an entry with its raw
 * content, a refusal among them, or a newer state. I3 beside it: nobody enters twice by one passing.
 */
export class MessageCheck {
  readonly #verdict: Verdict;
  readonly #store: Store;
  readonly #traces = new Set<string>();
  readonly #entered = new Set<string>();

  constructor(verdict: Verdict, store: Store) {
    this.#verdict = verdict;
    this.#store = store;
  }

  see(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      if (after?.['type'] !== 'entry' || before !== undefined) continue;
      const raw = String(after['raw']);
      const data = raw.startsWith('plain:')
        ? raw.slice('plain:'.length)
        : openVault.open(raw.slice('sealed:'.length));
      this.#traces.add(data);
      this.#traces.add(`${data} ${after['receivedAtMs']}`);
      this.#refusedStart(after);
      this.#passing(after['facts'] as { passed?: { outcome: string; stay?: { stayId: string } } });
    }
  }

  /** A request for power is refused or authorised, and not both. */
  #refusedStart(entry: Item): void {
    if (entry['kind'] !== 'card-at-port' || entry['outcome'] !== 'refused') return;
    const identity = identityIn(entry);
    const deviceId = String(entry['deviceId']);
    const authorised = this.#store.peek(keys.session(deviceId, orderFor(deviceId, identity), 'authorised'));
    // Another request may have had the order before.
    if (authorised?.['digest'] === openVault.mac(factOfRequest(identity)))
      this.#verdict.breach('I3', `${identity} at ${deviceId} was refused, and had been authorised before`);
  }

  #passing({ passed }: { passed?: { outcome: string; stay?: { stayId: string } } }): void {
    if (passed?.stay === undefined || !passed.outcome.startsWith('entered')) return;
    const { stayId } = passed.stay;
    if (this.#entered.has(stayId)) this.#verdict.breach('I3', `The stay ${stayId} began twice`);
    this.#entered.add(stayId);
  }

  /** The cloud is done with this message. */
  taken(envelope: Envelope): void {
    if (!this.#leftTrace(envelope))
      this.#verdict.breach('I9', `A message vanished: ${envelope.topic} of ${envelope.receivedAtMs}`);
  }

  #leftTrace({ data, topic, receivedAtMs }: Envelope): boolean {
    if (this.#traces.has(ownIdentity.test(topic) ? data : `${data} ${receivedAtMs}`)) return true;
    const family = families.find(({ codec }) => codec.sender(topic) !== undefined);
    const decoded = family?.codec.decode(
      { topic, payload: Buffer.from(data, 'base64'), receivedAtMs },
      { timeZone, settlementUnitWh: 10 },
    );
    if (decoded?.ok !== true) return false;
    return decoded.events.every((event) => this.#isKnown(event));
  }

  /** Facts that are told in more than one way are recognised by what they are about. */
  #isKnown(event: DeviceEvent): boolean {
    const { deviceId } = event;
    const stands = (key: Key) => this.#store.peek(key) !== undefined;
    switch (event.type) {
      case 'health':
      case 'bay-change':
      case 'board-state':
        return stands(keys.deviceState(deviceId));
      case 'command-acknowledgement':
        return stands(
          (event.result === 'done' ? keys.commandAcknowledged : keys.commandNotDone)(
            deviceId,
            event.commandId,
          ),
        );
      case 'session-start-answer':
        return stands(keys.session(deviceId, event.order, 'started'));
      case 'session-stop-answer':
        return stands(keys.session(deviceId, event.order, 'stop-answered'));
      default:
        return false;
    }
  }
}
