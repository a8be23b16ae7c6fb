import {
  LARGEST_PAYLOAD_BYTES,
  LONGEST_KEEPALIVE_S,
  MOST_SUBSCRIPTIONS,
  PUBLISHES_PER_S,
  SHORTEST_KEEPALIVE_S,
} from '../local/mqtt/broker-limits.ts';
import { longestBacklogMs } from '../src/access/handle-door-passed.ts';
import { clockAheadMs, swipeValidMs } from '../src/access/handle-swipe.ts';
import { family } from '../src/devices/families/pengyou/family.ts';
import { PAYLOAD_LIMIT_BYTES } from '../src/devices/families/pengyou/schemas.ts';
import { EXCHANGE, type ExchangeStep } from './protocol-exchange.ts';

const seconds = (ms: number) => `${ms / 1000} s`;
const days = (ms: number) => `${ms / 86_400_000} days`;
const { perS, burst } = family.flood;

/** What a maker of devices has to know beside the messages. The numbers are those of the code. */
export const CONNECTION = `## Connection

- **Address.** On AWS the account's own, \`aws iot describe-endpoint --endpoint-type iot:Data-ATS\`, port 8883, or 443 with ALPN \`x-amzn-mqtt-ca\`. Locally what \`npm start\` prints.
- **TLS** 1.2 or 1.3, with server name indication. The device trusts the CA that it is given: on AWS Amazon Root CA 1, locally \`authority.pem\`.
- **Identity.** A client certificate, its own for each device; \`npm run pengyou -- device certificate <thing>\` makes one ([how a device joins](operations.md#a-device-of-ones-own)). The client id is the thing name (letters, digits, \`:\`, \`_\` and \`-\`, at most 128), and no other: a second connection under it closes the first. Locally it is the certificate's common name.
- **MQTT 3.1.1.** No QoS 2, nothing retained. A last will may be a message that the device may also publish.
- **Topics.** It publishes to \`pengyou/<device>/up/<kind>\` and subscribes to \`pengyou/<device>/down/+\`, at most ${MOST_SUBSCRIPTIONS} filters in all, QoS 1 in both directions. Kinds without anybody waiting (\`bay\`, \`gate\`, \`ack\`, \`health\`) may be published by Basic Ingest, as \`$aws/rules/pengyou_bulk/pengyou/<device>/up/<kind>\`. Any other topic ends the connection.
- **Keep-alive** ${SHORTEST_KEEPALIVE_S} to ${LONGEST_KEEPALIVE_S} s; what is outside is taken as the nearest of these, 0 as ${LONGEST_KEEPALIVE_S}. Silence of one and a half times as long ends the connection. Connect again after a random wait that grows to a minute, so that not all come back at once.
- **Clean session** is enough: what matters later is sent again by the cloud until it is acknowledged. A persistent session is kept for an hour; an old unlock that waits in it has expired.
- **Rate.** The broker takes ${PUBLISHES_PER_S} messages a second of one connection; what is more it discards and does not acknowledge. Of what passes, the cloud takes ${burst} at once and ${perS} a second from then on of kinds that somebody waits for (\`swipe\`, \`door-passed\`, \`corridor\`); what is more is \`flooding\` and left. \`smoke\` is heard always. After an outage, send what was kept back at that pace.

## Time

- \`atMs\` is the moment at which it happened, in milliseconds since 1970 (UTC). Get the time by NTP; the local cloud tells its own at \`GET <adminUrl>/clock\` (\`adminUrl\` in \`.local/reach.json\`).
- A swipe to enter opens a door for ${seconds(swipeValidMs)} after the card was shown. One whose \`atMs\` is older is \`stale-swipe\`; one more than ${seconds(clockAheadMs)} ahead of the cloud is \`clock-ahead\`. So a clock that is ${seconds(swipeValidMs)} slow lets nobody in. On the way out the clock does not matter, and only a message that was on its way for more than ${seconds(swipeValidMs)} opens nothing.
- A command is judged by the device's own clock against \`expiresAtMs\`: a clock that runs ahead by more than ${seconds(swipeValidMs)} opens nothing.
- Whatever else is late is taken with the time that it happened, up to ${days(longestBacklogMs)} back for a door passed; with a clock that cannot be right, by when it came. Smoke acts whatever its time.

## Rules for every message

- A payload is one JSON object in UTF-8 without a byte order mark, at most ${PAYLOAD_LIMIT_BYTES} bytes (the broker itself takes ${LARGEST_PAYLOAD_BYTES}). Members that are not named here are ignored.
- An event may be sent as often as is necessary: its \`id\` makes it one event. An id that has been used for something else is \`identity-reused\` and not taken: never begin again at 1 after a restart.
- **An answer** to a swipe comes within a second as a rule. After ${seconds(swipeValidMs)} it is of no use: let the person show the card again, as a new event. **A bad message gets no answer**: the broker acknowledges what it received, not what was understood.
- **A command may come twice**, and again after a reconnect. It is carried out at most once for one \`command\`, not at all after \`expiresAtMs\`, and always answered with \`up/ack\`: \`done\`, \`refused\` or \`expired\`. A command seen before is answered with the same result again.
- What is refused is counted and shown to the managers by one of these names:

`;

/** Every name under which a message can be refused; those marked are told to the reader too. */
export const REFUSALS: readonly (readonly [name: string, meaning: string])[] = [
  ['foreign-topic', 'was published under the name of another device'],
  ['unknown-device', 'comes from a device that is in no estate: it was not provisioned'],
  ['unknown-topic', 'has a kind that is not listed here'],
  ['bad-json', 'is no JSON text in UTF-8'],
  ['bad-payload', 'is too long, or a member is missing or out of its range'],
  ['device-mismatch', 'names a device other than that of its topic'],
  ['unexpected-event', 'is of a kind that such a device does not report, such as a swipe of a detector'],
  ['identity-reused', 'has the id of another event of the device'],
  ['flooding', 'is one of too many; told once a minute, and the others are left'],
  ['unknown-card', 'shows a card that nobody knows here (told by `down/refuse`)'],
  ['revoked-card', 'shows a card that was lost or withdrawn (told by `down/refuse`)'],
  ['card-not-valid-today', 'shows a card before or after its days (told by `down/refuse`)'],
  ['no-right-here', 'shows a card that opens other doors (told by `down/refuse`)'],
  ['stale-swipe', 'tells of a swipe too late to open (told by `down/refuse`)'],
  ['clock-ahead', 'tells of a swipe in the future (told by `down/refuse`)'],
  ['door-passed-without-swipe', 'tells of a door passed without a swipe that had opened the door'],
  ['sensor-without-facility', 'is an alarm of a detector that stands in no facility'],
  ['connection-refused', 'was a connection that the broker did not let in'],
];

/** The example, as it goes over the wire. */
export function exchangeSection(): string {
  const arrow = { says: 'device → cloud', hears: 'cloud → device' } as const;
  const step = ({ who, topic, payload, what }: ExchangeStep) =>
    `${what} ${arrow[who]}, \`${topic}\`:\n\n\`\`\`\n${payload}\n\`\`\`\n`;
  return `## One whole exchange\n\nByte by byte, of a reader at a way in that is connected as \`ziyun-garage-in-1\` and has subscribed to \`pengyou/ziyun-garage-in-1/down/+\`:\n\n${EXCHANGE.map(step).join('\n')}`;
}
