import type { BrokerPart, Family } from '../../family.ts';
import { uhppoted } from './codec.ts';

/**
 * UHPPOTE door boards with 1, 2 or 4 doors behind a uhppoted-mqtt gateway: they decide by the card list that they keep.
 *
 * Source: uhppoted-mqtt v0.9.0 documentation and source, restated in docs/devices/uhppoted.md.
 */
const name = 'uhppoted';

/** A gateway says that it is alive about once a minute, and its boards are heard through it alone. */
const behindGateway = { silentAfterS: 300 };

export const family: Family = {
  name,
  codec: uhppoted,
  kinds: { 'door-gateway': behindGateway, 'door-board': behindGateway },
  keepsPrices: false,
  // A gateway speaks for many doors.
  flood: { perS: 30, burst: 300 },
};

export const broker: BrokerPart = {
  name,
  login: 'certificate',
  lanes: [
    { rule: 'uhppoted_live', from: 'uhppoted/+/events/live', to: 'access' },
    { rule: 'uhppoted_bulk', from: 'uhppoted/+/events', to: 'bulk' },
    { rule: 'uhppoted_replies', from: 'uhppoted/+/replies/#', to: 'bulk' },
    { rule: 'uhppoted_system', from: 'uhppoted/+/system', to: 'bulk' },
  ],
  told: 'uhppoted/*/requests/*',
  rights: (gateway) => ({
    publish: [
      `uhppoted/${gateway}/events`,
      `uhppoted/${gateway}/events/live`,
      `uhppoted/${gateway}/replies/*`,
      `uhppoted/${gateway}/system`,
    ],
    neverPublish: [],
    hear: [`uhppoted/${gateway}/requests/*`],
  }),
  hello: (_, gateway) => ({
    topic: `uhppoted/${gateway}/system`,
    payload: '{"message":{"system":{"alive":{}}}}',
  }),
};
