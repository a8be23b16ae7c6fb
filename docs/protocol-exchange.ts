/**
 * One whole exchange of a reader, byte by byte, as docs/protocol.md shows it. A test plays it on the local cloud, whose
 * clock stands at `EXCHANGE_AT_MS`.
 */
export interface ExchangeStep {
  /** `says`: the device publishes. `hears`: it is told. */
  readonly who: 'says' | 'hears';
  readonly topic: string;
  readonly payload: string;
  readonly what: string;
}

export const EXCHANGE_AT_MS = 1_795_420_800_000;
export const EXCHANGE_READER = 'ziyun-garage-in-1';

export const EXCHANGE: readonly ExchangeStep[] = [
  {
    who: 'says',
    topic: 'pengyou/ziyun-garage-in-1/up/swipe',
    payload: '{"id":"b7-1042","device":"ziyun-garage-in-1","atMs":1795420800000,"card":"047C9A22"}',
    what: 'A card is shown.',
  },
  {
    who: 'hears',
    topic: 'pengyou/ziyun-garage-in-1/down/unlock',
    payload: '{"command":"ziyun-garage-in-1.b7-1042","expiresAtMs":1795420810000,"door":1,"swipe":"b7-1042"}',
    what: 'The card may enter: the lock opens.',
  },
  {
    who: 'says',
    topic: 'pengyou/ziyun-garage-in-1/up/ack',
    payload:
      '{"id":"b7-1043","device":"ziyun-garage-in-1","atMs":1795420800350,"command":"ziyun-garage-in-1.b7-1042","result":"done"}',
    what: 'It has opened. Without this the command may come again.',
  },
  {
    who: 'says',
    topic: 'pengyou/ziyun-garage-in-1/up/door-passed',
    payload: '{"id":"b7-1044","device":"ziyun-garage-in-1","atMs":1795420804200,"swipe":"b7-1042"}',
    what: 'Somebody went through: the stay begins.',
  },
  {
    who: 'says',
    topic: 'pengyou/ziyun-garage-in-1/up/swipe',
    payload: '{"id":"b7-1045","device":"ziyun-garage-in-1","atMs":1795420800000,"card":"04000000"}',
    what: 'Another card is shown, which nobody knows.',
  },
  {
    who: 'hears',
    topic: 'pengyou/ziyun-garage-in-1/down/refuse',
    payload: '{"swipe":"b7-1045","reason":"unknown-card"}',
    what: 'The door stays shut, and the display may say why. Nothing is acknowledged.',
  },
];
