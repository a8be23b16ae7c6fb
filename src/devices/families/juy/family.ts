import type { BrokerPart, Family } from '../../family.ts';
import { juy } from './codec.ts';

/**
 * JUY charging boards with 10 or 12 ports: they ask before they charge, meter each port and settle by themselves.
 *
 * Source: JUY MQTT/TCP protocol V1.2 (2024-10-10), restated in docs/devices/juy.md.
 */
const name = 'juy';

export const family: Family = {
  name,
  codec: juy,
  kinds: {
    'charging-board': {
      // It is asked for a heartbeat every four minutes.
      silentAfterS: 600,
      // Its IMEI.
      named: /^\d{15}$/,
      needs: ['login', 'settlementUnitWh'],
    },
  },
  keepsPrices: true,
  flood: { perS: 10, burst: 300 },
};

const uplinks = 'JUY/D2S/+/+/DEV';
/** Frames that nobody waits for: heartbeat 82, ports 88, meter 8F. */
const isBulk = "regexp_matches(topic(4), '^(0[xX])?(82|88|8[fF])$')";

export const broker: BrokerPart = {
  name,
  // Boards know no certificates. What client id they use is not documented; it must be set to the IMEI.
  login: 'password',
  lanes: [
    { rule: 'juy_waiting', from: uplinks, unless: isBulk, to: 'charging' },
    { rule: 'juy_bulk', from: uplinks, where: isBulk, to: 'bulk' },
  ],
  told: 'JUY/S2D/*',
  rights: (imei) => ({
    publish: [`JUY/D2S/${imei}/*/DEV`],
    neverPublish: [`JUY/D2S/${imei}/*/*/DEV`],
    hear: [`JUY/S2D/${imei}/*`],
  }),
};
