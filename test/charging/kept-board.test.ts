import { describe, expect, test } from 'vitest';
import { decodeDownlink, encodeHeartbeat, encodeLogin } from '../../simulator/devices/juy-frames.ts';
import { grant } from '../../src/access/grant.ts';
import { keys } from '../../src/shared/keys.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { boardId, cardNumber, estateId, eveningMs } from '../support/estate.ts';
import { byBoard, halfAYearS, keptOf, own, pk } from '../support/kept-entries.ts';

// What a board is answered, and what is kept of what it says: whole.

const minuteMs = 60_000;

const story = storyOfEachTest();

const kept = (kind: string) => keptOf(story.estate, kind);
const said = () =>
  story.estate.published.flatMap(({ topic, payload }) =>
    topic.startsWith('JUY/') ? [decodeDownlink(payload)] : [],
  );
const identityOf = (event: string, card: string) =>
  `${event}:${story.estate.backend.vault.mac(card).slice(0, 16)}`;

describe('a board that logs in', () => {
  const login = {
    imei: boardId,
    ports: 12,
    hardware: 'h',
    software: 'V2.0.0-2026-1023',
    simNumber: '',
    signal: 20,
  };

  test('is accepted, asked to speak every four minutes, and told its prices afresh', async () => {
    await story.board.says('81', encodeLogin({ ...login, restartReason: 1 }));
    expect(said()[0]).toEqual({ kind: 'login-answer', heartbeatS: 240, accepted: true });
    expect(said().length).toBeGreaterThan(1);
    expect(kept('board-login')).toEqual([
      {
        ...own(`EVENT#login:${eveningMs}`, eveningMs, halfAYearS),
        ...{
          kind: 'board-login',
          ...byBoard('81'),
          outcome: 'accepted',
          facts: { ports: 12, software: 'V2.0.0-2026-1023' },
        },
      },
    ]);
  });

  test('twice in one delivery is answered twice and told its prices once', async () => {
    for (let time = 0; time < 2; time += 1)
      await story.board.says('81', encodeLogin({ ...login, restartReason: 1 }));
    expect(said().filter((down) => down?.kind === 'login-answer')).toHaveLength(2);
    expect(story.estate.entries('prices-sent')).toHaveLength(1);
  });
});

test('of heartbeats the newest state is kept, and each is answered', async () => {
  await story.board.says('82', encodeHeartbeat(21, 31, [0, 1, 2]));
  await story.board.says('82', encodeHeartbeat(1, 1, [0, 0, 0]), { receivedAtMs: eveningMs - 1 });
  expect(said()).toEqual([{ kind: 'heartbeat-answer' }, { kind: 'heartbeat-answer' }]);
  expect(await story.estate.item(keys.deviceState(boardId))).toEqual({
    ...{ pk, sk: 'STATE', type: 'device-state', estateId, deviceId: boardId, facilityId: 'garage' },
    ...{
      atMs: eveningMs,
      state: { signal: 21, boardTemperatureC: 31, ports: ['idle', 'in-use', 'fuse-blown'] },
    },
  });
});

describe('a session that the board starts alone', () => {
  const agreed = {
    ...{ sessionId: `${boardId}-9`, estateId, facilityId: 'garage', deviceId: boardId, port: 2, order: 9 },
    ...{ startedBy: 'local', authorisedAtMs: eveningMs, holdFen: 100, tariffVersion: '2026-01' },
    energyLimitWh: 0,
  };

  test('is kept as agreed with nobody, has its port for half a day, and is answered', async () => {
    await story.startedAlone(9);
    expect(kept('session-authorised')).toEqual([
      {
        ...own('SESSION#9#authorised', eveningMs),
        ...{ kind: 'session-authorised', ...byBoard('86'), outcome: 'started-at-board', facts: agreed },
      },
    ]);
    expect(await story.slot()).toEqual({
      ...{ deviceId: boardId, port: 2, estateId, facilityId: 'garage', version: 1, open: agreed },
      dueAtMs: eveningMs + (12 * 60 + 10) * minuteMs,
    });
    expect(said()).toEqual([{ kind: 'local-start-answer', port: 2, order: 9 }]);
  });

  test('ends the one before as a fact of its own, at the moment in which it is told', async () => {
    await story.authorise(0);
    const { order } = story;
    await story.started(0);
    story.minute = 30;
    await story.startedAlone(9);
    expect(kept('session-closed')).toMatchObject([
      {
        sk: `SESSION#${order}#closed`,
        facts: { reason: 'end-never-told' },
        receivedAtMs: eveningMs + 30 * minuteMs,
      },
    ]);
    const [closed] = story.estate.entries('session-closed');
    const { vault } = story.estate.backend;
    expect(closed?.digest).toBe(vault.mac(`end-never-told ${boardId}-${order}`));
    expect(closed?.raw === undefined ? '' : vault.open(closed.raw.slice('sealed:'.length))).toBe('');
    expect((await story.slot())?.last?.order).toBe(order);
  });

  test('told again, ends nothing and is answered again', async () => {
    await story.startedAlone(9);
    await story.startedAlone(9);
    expect(kept('session-closed')).toEqual([]);
    expect(said()).toHaveLength(2);
    expect((await story.slot())?.version).toBe(1);
  });

  test('is billed nothing by its settlement, and its port is free then', async () => {
    await story.startedAlone(9);
    await story.settled(60, 3600, 500, { order: 9 });
    expect(kept('settlement')).toMatchObject([{ outcome: 'settled', facts: { agreement: agreed } }]);
    expect(story.estate.entries('settlement')[0]).not.toHaveProperty('postings');
    expect(await story.slot()).toMatchObject({ last: { order: 9, settled: true }, version: 2 });
    expect((await story.wallet()).balanceFen).toBe(2000);
  });
});

describe('an account', () => {
  test('of an order that nobody knows is kept under that order', async () => {
    await story.settled(0, 600, 20, { order: 77 });
    expect(kept('settlement')).toMatchObject([
      { ...own('SESSION#77#settled', eveningMs), outcome: 'kept', refusal: 'unknown-order' },
    ]);
    expect(kept('settlement')[0]?.facts).toMatchObject({
      settlement: { order: 77, energyWh: 20, durationS: 600 },
    });
    expect(said()).toEqual([{ kind: 'settlement-answer', port: 2, order: 77 }]);
  });

  test('of another port than its order was given to is kept beside it, and settles nothing', async () => {
    await story.authorise(0);
    const { order } = story;
    await story.board.settles({ port: 3, order }, 600, 20);
    expect(kept('settlement')).toMatchObject([
      {
        ...own(`EVENT#settlement:${order}:port-3`, eveningMs),
        ...{ kind: 'settlement', outcome: 'kept', refusal: 'order-of-another-port' },
      },
    ]);
    expect((await story.slot())?.open?.order).toBe(order);
    expect(said().at(-1)).toEqual({ kind: 'settlement-answer', port: 3, order });
  });
});

describe('a card at a port', () => {
  test('that is unknown is refused by name, kept half a year, and answered aloud', async () => {
    await story.board.card(2, 1);
    expect(kept('card-at-port')).toEqual([
      {
        ...own(`EVENT#${identityOf(`card:2:start:${eveningMs}`, 'board 1')}`, eveningMs, halfAYearS),
        ...{
          kind: 'card-at-port',
          ...byBoard('87'),
          outcome: 'refused',
          refusal: 'unknown-card',
          facts: { port: 2 },
        },
      },
    ]);
    expect(said()).toEqual([{ kind: 'card-answer', port: 2, card: 1, balanceFen: 0, result: 1 }]);
  });

  test('that asks for its balance is told what may be spent, and starts nothing', async () => {
    await story.hasWallet((wallet) => ({ ...wallet, owedFen: 500 }));
    await story.board.balance(2);
    expect(said()).toEqual([{ kind: 'card-answer', port: 2, card: cardNumber, balanceFen: 1500, result: 0 }]);
    expect(kept('balance-asked')).toEqual([
      {
        ...own(
          `EVENT#${identityOf(`card:2:balance:${eveningMs}`, `board ${cardNumber}`)}`,
          eveningMs,
          halfAYearS,
        ),
        ...{ kind: 'balance-asked', ...byBoard('87'), outcome: 'answered', facts: {} },
      },
    ]);
  });

  test('that is unknown and asks for its balance is refused', async () => {
    await story.board.balance(2, 1);
    expect(said()).toEqual([{ kind: 'card-answer', port: 2, card: 1, balanceFen: 0, result: 1 }]);
  });

  test('that is not valid yet is refused by name, and called frozen: that is all that the board can say', async () => {
    const card = { credentialId: 'c2', householdId: 'h1', cardUid: '0A0B0C0D', facilities: ['garage'] };
    const valid = { validFrom: '2027-01-01', validUntil: '2036-12-31' };
    await grant(story.estate.backend, story.estate.by('m', 'f'), { ...card, ...valid });
    await story.board.balance(2, 0x0a0b0c0d);
    await story.board.card(2, 0x0a0b0c0d);
    const frozen = { kind: 'card-answer', port: 2, card: 0x0a0b0c0d, balanceFen: 0, result: 2 };
    expect(said()).toEqual([frozen, frozen]);
    expect(new Set(story.estate.refusals()).size).toBe(1);
  });

  test('that has no money is told so, whichever limit it is that leaves too little', async () => {
    await story.hasWallet((wallet) => ({ ...wallet, balanceFen: 0 }));
    await story.authorise(0);
    await story.hasWallet(({ budget, ...wallet }) => ({
      ...{ ...wallet, balanceFen: 2000 },
      budget: { ...budget, monthLimitFen: 1 },
    }));
    await story.authorise(1);
    const poor = { kind: 'card-answer', port: 2, card: cardNumber, balanceFen: 0, result: 5 };
    expect(said()).toEqual([poor, poor]);
    expect(story.estate.refusals()).toEqual(['too-little-money', 'spend-limit-reached']);
  });
});
