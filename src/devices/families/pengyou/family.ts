import type { BrokerPart, Family } from '../../family.ts';
import { pengyou } from './codec.ts';

/**
 * Our own JSON, for devices that can be built to speak it: readers that ask whether a door opens; sensors of bays, smoke,
 * corridors and gates.
 *
 * Source: schemas.ts and downlinks.ts, from which docs/protocol.md is made.
 */
const name = 'pengyou';

export const family: Family = {
  name,
  codec: pengyou,
  kinds: {
    // Says that it is there every quarter of an hour: away after 45 minutes.
    reader: { silentAfterS: 2700 },
    // On a battery, once a day: away after 25 hours.
    sensor: { silentAfterS: 90_000 },
  },
  keepsPrices: false,
  // A door lets through less.
  flood: { perS: 3, burst: 300 },
};

/** Kinds that have a rule of their own because somebody waits. */
const isWaiting = "regexp_matches(topic(4), '^(swipe|door-passed|smoke|corridor)$')";
/**
 * Basic Ingest: the same message without the broker's message fee, for the kinds that nobody waits for. The rule is
 * named in the topic, so by this way any kind would pass by the rule that it should have had.
 */
const ingestedKinds = ['bay', 'gate', 'ack', 'health'];

export const broker: BrokerPart = {
  name,
  login: 'certificate',
  lanes: [
    { rule: 'pengyou_swipe', from: 'pengyou/+/up/swipe', to: 'access' },
    { rule: 'pengyou_door_passed', from: 'pengyou/+/up/door-passed', to: 'access' },
    { rule: 'pengyou_smoke', from: 'pengyou/+/up/smoke', to: 'alarm' },
    { rule: 'pengyou_corridor', from: 'pengyou/+/up/corridor', to: 'alarm' },
    { rule: 'pengyou_bulk', from: 'pengyou/+/up/+', unless: isWaiting, to: 'bulk' },
  ],
  told: 'pengyou/*/down/*',
  rights: (device) => ({
    publish: [
      `pengyou/${device}/up/*`,
      ...ingestedKinds.map((kind) => `$aws/rules/pengyou_bulk/pengyou/${device}/up/${kind}`),
    ],
    neverPublish: [`pengyou/${device}/up/*/*`],
    hear: [`pengyou/${device}/down/*`],
  }),
  hello(kind, device, { id, atMs }) {
    const [says, answer, more] = kind === 'reader' ? ['swipe', 'unlock', ',"card":"04AA0016"'] : ['health'];
    return {
      topic: `pengyou/${device}/up/${says}`,
      payload: `{"id":"${id}","device":"${device}","atMs":${atMs}${more ?? ''}}`,
      ...(answer === undefined ? {} : { answer: `pengyou/${device}/down/${answer}` }),
    };
  },
};
