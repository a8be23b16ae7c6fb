import { describe, expect, test } from 'vitest';
import { listAll, listedCardDue } from '../../src/access/card-list.ts';
import { credentialsOf } from '../../src/access/credential-store.ts';
import { type Grant, grant, revoke } from '../../src/access/grant.ts';
import type { DoorBoard } from '../../src/estate/device.ts';
import { commandsOf, type Entry } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardReply, doorBoardId } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardUid, estateId, eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAmong } from '../support/moments.ts';

const address = { family: 'uhppoted', deviceId: doorBoardId, gatewayId: 'gateway' };
const withinMs = 120_000;
const key = keys.listedCard(doorBoardId, 'c1');

const estate = estateOfEachTest();

const origin = (fact: string) => estate.by('manager', fact);
const give = (changed: Partial<Grant>) =>
  grant(estate.backend, origin(JSON.stringify(changed)), {
    ...{ credentialId: 'c1', householdId: 'h1', cardUid, facilities: ['garage'] },
    ...{ validFrom: '2026-01-01', validUntil: '2036-12-31', ...changed },
  });
const listed = (credentialId = 'c1') => estate.item(keys.listedCard(doorBoardId, credentialId));
const commands = (entry: Entry | undefined) => entry && commandsOf(entry, estate.backend.vault);
const confirm = (commandId: string, response: object = { card: {} }) =>
  estate.deliver('uhppoted/gateway/replies/pengyou', boardReply(commandId, response));

/** A command for the list of the board, and until when it is sent again. */
const command = (commandId: string, type: 'put-card' | 'delete-card', atMs: number) => ({
  to: address,
  command: {
    ...{ type, commandId, expiresAtMs: atMs + 3_600_000, card: { form: 'board', number: '75274786' } },
    ...(type === 'put-card' ? { startDate: '2026-01-01', endDate: '2036-12-31', doors: [1] } : {}),
  },
  acknowledgedAt: { pk: `DEVICE#${doorBoardId}`, sk: `ACKNOWLEDGED#${commandId}` },
  onlyWhile: { key, attribute: 'commandId', is: commandId },
});

describe('a card that is granted', () => {
  test('stands in the list of each board of its facilities, with all that the board is told of it', async () => {
    const { version: _, sealedUid, ...item } = { sealedUid: '', ...(await listed()) };
    expect(item).toEqual({
      ...{ pk: `DEVICE#${doorBoardId}`, sk: 'CARD#c1', deviceId: doorBoardId, estateId, credentialId: 'c1' },
      ...{ wanted: 'in', validFrom: '2026-01-01', validUntil: '2036-12-31', doors: [1] },
      ...{ commandId: `in.c1.${eveningMs}.0`, sinceMs: eveningMs, dueAtMs: eveningMs + withinMs },
    });
    expect(estate.backend.vault.open(String(sealedUid))).toBe(cardUid);
    expect(commands(estate.entries('credential-granted')[0])).toEqual([
      command(`in.c1.${eveningMs}.0`, 'put-card', eveningMs),
    ]);
  });

  test('and revoked is to be out of it, under a command of its own', async () => {
    estate.clockMs += 1000;
    await revoke(estate.backend, origin('r'), 'c1');
    const commandId = `out.c1.${estate.clockMs}.1`;
    const dueAtMs = estate.clockMs + withinMs;
    expect(await listed()).toMatchObject({ wanted: 'out', commandId, sinceMs: estate.clockMs, dueAtMs });
    expect(commands(estate.entries('credential-revoked')[0])).toEqual([
      command(commandId, 'delete-card', estate.clockMs),
    ]);
  });

  test('elsewhere is told to no board here; revoked, it is told to those where it had a right', async () => {
    await give({ credentialId: 'c2', cardUid: '11223344', facilities: ['shed'] });
    await revoke(estate.backend, origin('r2'), 'c2');
    expect(await listed('c2')).toBeUndefined();
  });

  test('to another after it was revoked takes the place of the command by which it was deleted', async () => {
    await revoke(estate.backend, origin('r'), 'c1');
    await give({ credentialId: 'c2' });
    const { dueAtMs, ...former } = (await listed()) ?? {};
    expect(dueAtMs).toBeUndefined();
    expect(former).toMatchObject({ wanted: 'out', commandId: (await listed('c2'))?.['commandId'] });
  });

  test('and shares but one number with a revoked one leaves that one’s deletion as it is', async () => {
    await revoke(estate.backend, origin('r'), 'c1');
    const before = await listed();
    // The same four bytes reversed: another card, and another number in the board's list.
    await give({ credentialId: 'c2', cardUid: '229A7C04' });
    expect(await listed()).toEqual(before);
    expect(await listed('c2')).toMatchObject({ wanted: 'in' });
  });
});

describe('a board that has not confirmed', () => {
  test('is told again after two minutes, not before, under a new name and with two minutes more', async () => {
    const before = await listed();
    estate.clockMs = eveningMs + withinMs - 1;
    await listedCardDue(estate.backend, key);
    expect(await listed()).toEqual(before);
    estate.clockMs += 1;
    await listedCardDue(estate.backend, key);
    const commandId = `in.c1.${estate.clockMs}`;
    expect(await listed()).toEqual({
      ...{ ...before, commandId, dueAtMs: estate.clockMs + withinMs },
      version: Number(before?.version) + 1,
    });
    const [entry, ...more] = estate.entries('card-list-repeated');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      ...{ sk: `EVENT#list:${commandId}`, outcome: 'in', deviceId: doorBoardId, estateId, sender: 'sweep' },
      expiresAtS: estate.clockMs / 1000 + 180 * 86_400,
    });
    expect(commands(entry)).toEqual([command(commandId, 'put-card', estate.clockMs)]);
    expect(estate.lastJson('card:put')).toMatchObject({ message: { request: { 'request-id': commandId } } });
  });

  test('that has is left alone from then on, and when it did is kept', async () => {
    estate.clockMs += 5000;
    await confirm(`in.c1.${eveningMs}.0`);
    estate.clockMs = eveningMs + withinMs;
    await listedCardDue(estate.backend, key);
    const item = await listed();
    expect(item).toMatchObject({ confirmedAtMs: eveningMs + 5000, commandId: `in.c1.${eveningMs}.0` });
    expect(item).not.toHaveProperty('dueAtMs');
    estate.clockMs += withinMs;
    await listedCardDue(estate.backend, key);
    expect(await listed()).toEqual(item);
    expect(estate.published).toEqual([]);
  });

  test('and that is told something newer in the same moment is told nothing old', async () => {
    estate.clockMs = eveningMs + withinMs;
    const before = await listed();
    const meanwhile = () => give({ validUntil: '2030-12-31' });
    const table = interruptedAfter(estate.table, looksAmong('ACKNOWLEDGED#'), meanwhile);
    await listedCardDue(estate.on(table), key);
    const [entry] = estate.entries('card-list-repeated');
    expect([entry?.outcome, commands(entry)]).toEqual(['overtaken', []]);
    expect(await listed()).toMatchObject({
      ...{ validUntil: '2030-12-31', version: Number(before?.version) + 1 },
      commandId: `in.c1.${estate.clockMs}.1`,
    });
  });

  test('nor stands in the estate any more, or has no such card, is told nothing', async () => {
    await listedCardDue(estate.backend, keys.listedCard(doorBoardId, 'c9'));
    const orphan = { ...(await listed()), ...keys.listedCard('1', 'c1'), deviceId: '1', dueAtMs: 1 };
    await estate.put(orphan);
    await listedCardDue(estate.backend, orphan);
    expect(estate.published).toEqual([]);
    expect(estate.entries('card-list-repeated')).toEqual([]);
  });
});

describe('the list of a board that is written', () => {
  const board = async () => (await estate.backend.registry.device(doorBoardId)) as DoorBoard;
  /** What would be told to the board, were it as described. */
  async function learns(changed: Partial<DoorBoard> = {}) {
    const seen = { ...(await board()), ...changed };
    const all = await credentialsOf(estate.table, estateId);
    const before = new Map(all.map(({ credentialId: id }) => [id, 0]));
    for (const id of before.keys()) before.set(id, Number((await listed(id))?.version ?? 0));
    await listAll(estate.table, seen, all, estate.clockMs);
    const after = await Promise.all([...before.keys()].map((id) => listed(id)));
    return after.flatMap((item) =>
      item !== undefined && Number(item.version) > Number(before.get(String(item['credentialId'])))
        ? [`${item['wanted']} ${item['credentialId']} ${item['doors']} due ${item.dueAtMs}`]
        : [],
    );
  }
  const due = () => `due ${estate.clockMs}`;

  test('and is as it was is not told anything', async () => {
    expect(await learns()).toEqual([]);
  });

  test('with other doors, or elsewhere, is told at once of every card', async () => {
    const name = { zh: 'x', en: 'x' };
    expect(await learns({ doors: [1, 3].map((door) => ({ door, name, direction: 'both' })) })).toEqual([
      `in c1 1,3 ${due()}`,
    ]);
    expect(await learns({ facilityId: 'shed' })).toEqual([`out c1 1 ${due()}`]);
    // What is to be out of the list is out of it, whatever doors there are.
    expect(await learns({ facilityId: 'shed', doors: [] })).toEqual([]);
  });

  test('is told of cards up to their last day, by the estate’s clock, and of none that may not go in there', async () => {
    await give({ credentialId: 'past', cardUid: '00000001', validUntil: '2026-11-22' });
    await give({ credentialId: 'today', cardUid: '00000002', validUntil: '2026-11-23' });
    await give({ credentialId: 'elsewhere', cardUid: '00000003', facilities: ['shed'] });
    await give({ credentialId: 'gone', cardUid: '00000004' });
    await revoke(estate.backend, origin('r'), 'gone');
    for (const id of ['c1', 'past', 'today', 'gone'])
      await estate.table.commit([{ remove: keys.listedCard(doorBoardId, id) }]);
    expect(await learns()).toEqual([`in c1 1 ${due()}`, `in today 1 ${due()}`]);
  });

  test('is told of changed dates', async () => {
    await estate.put({ ...(await listed()), ...key, validUntil: '2027-12-31' });
    expect(await learns()).toEqual([`in c1 1 ${due()}`]);
    await estate.put({ ...(await listed()), ...key, validFrom: '2026-01-02' });
    expect(await learns()).toEqual([`in c1 1 ${due()}`]);
  });
});
