import { beforeEach, describe, expect, test } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { findCredential } from '../../src/access/credential-store.ts';
import { type Grant, grant, revoke } from '../../src/access/grant.ts';
import { redeliver } from '../../src/journal/redeliver.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { boardReply } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardNumber, cardUid, estateId, provisionByTwo } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';

const estate = estateOfEachTest();
beforeEach(() => {
  estate.clockMs += 1000;
});

const terms: Grant = {
  credentialId: 'c1',
  householdId: 'h1',
  cardUid,
  facilities: ['garage'],
  validFrom: '2026-01-01',
  validUntil: '2036-12-31',
};
const origin = (fact: string) => estate.by('manager', fact);
const give = (changed: Partial<Grant>) =>
  grant(estate.backend, origin(JSON.stringify(changed)), { ...terms, ...changed });
const swipe = (card: string) => estate.says('reader-in', 'swipe', { card });
/** What door boards were told of cards: `put 405419896`. */
const told = () =>
  estate.published.flatMap(({ topic, payload }) => {
    const [, verb] = /requests\/device\/card:(put|delete)$/.exec(topic) ?? [];
    const request = JSON.parse(Buffer.from(payload).toString()).message?.request;
    return verb === undefined ? [] : [`${verb} ${request['device-id']}`];
  });
const doorBoard = (deviceId: string, facilityId: string): ProvisioningRecord => ({
  kind: 'door-board',
  deviceId,
  gatewayId: 'gateway',
  facilityId,
  doors: [{ door: 1, name: { zh: 'x', en: 'x' }, direction: 'both' }],
});

describe('a credential', () => {
  test('keeps its card: another one is another credential', async () => {
    await expect(give({ cardUid: 'DEADBEEF' })).rejects.toMatchObject({ error: 'already-exists' });
    await revoke(estate.backend, origin('r'), 'c1');
    await swipe(cardUid);
    expect(estate.lastJson('/down/unlock')).toBeUndefined();
    expect(estate.refusals()).toEqual(['revoked-card']);
  });

  test('written again with its card in small letters is the same', async () => {
    await give({ cardUid: cardUid.toLowerCase() });
    expect(estate.entries('credential-granted')).toHaveLength(1);
  });

  test('that loses a facility is deleted from the boards there', async () => {
    await give({ facilities: [] });
    expect(told()).toEqual(['delete 405419896']);
  });

  test('described twice in one page of one moment is as it was described last', async () => {
    const page = origin('provision');
    const as = (facilities: string[]) => ({
      ...{ ...terms, kind: 'credential' as const, credentialId: 'c9', cardUid: '11223344', facilities },
    });
    for (const facilities of [[], ['garage'], [], ['garage']])
      await provision(estate.backend, page, as(facilities));
    await swipe('11223344');
    expect(estate.refusals()).toEqual([]);
  });

  test('changed by two people at once is not changed in silence by one of them', async () => {
    const readsCredential = (keys: readonly { sk: string }[]) =>
      keys.length > 1 && keys[0]?.sk === 'CREDENTIAL#c1';
    const table = interruptedAfter(estate.table, readsCredential, () => give({ validUntil: '2030-12-31' }));
    const mine = grant(estate.on(table), origin('mine'), { ...terms, validUntil: '2031-12-31' });
    await expect(mine).rejects.toMatchObject({ error: 'lost-race' });
    expect((await findCredential(estate.table, estateId, 'c1'))?.validUntil).toBe('2030-12-31');
  });
});

describe('the card of a revoked credential', () => {
  test('is given to somebody else, and the old deletion is not sent again', async () => {
    await revoke(estate.backend, origin('r'), 'c1');
    const [revoked] = estate.entries('credential-revoked');
    estate.clockMs += 1000;
    await give({ credentialId: 'c2', householdId: 'h2' });
    expect(told()).toEqual(['delete 405419896', 'put 405419896']);
    estate.published.length = 0;
    if (revoked !== undefined) await redeliver(estate.backend, revoked);
    estate.clockMs += 10 * 60_000;
    await estate.sweep();
    expect(told()).toEqual(['put 405419896']);
    await swipe(cardUid);
    expect(estate.entries('swipe').at(-1)?.facts['credentialId']).toBe('c2');
  });

  test('is not given to two', async () => {
    await revoke(estate.backend, origin('r'), 'c1');
    await give({ credentialId: 'c2' });
    await expect(give({ credentialId: 'c3' })).rejects.toMatchObject({ error: 'card-number-taken' });
  });

  test('is not put into a list again by the grant that was sent late', async () => {
    const [granted] = estate.entries('credential-granted');
    await revoke(estate.backend, origin('r'), 'c1');
    estate.published.length = 0;
    if (granted !== undefined) await redeliver(estate.backend, granted);
    expect(told()).toEqual([]);
  });
});

describe('a door board', () => {
  test('that is added learns of the cards that are valid there', async () => {
    await give({ credentialId: 'c2', cardUid: '11223344', validUntil: '2026-06-30' });
    await give({ credentialId: 'c3', cardUid: '55667788', facilities: [] });
    estate.published.length = 0;
    await provision(estate.backend, origin('p'), doorBoard('405419897', 'garage'));
    await estate.sweep();
    expect(told().filter((line) => line.endsWith('405419897'))).toEqual(['put 405419897']);
    expect(estate.lastJson('card:put')).toMatchObject({
      message: { request: { card: { 'card-number': cardNumber } } },
    });
  });

  test('that does not confirm is told again under another name, until it answers to the newest', async () => {
    const lastAsked = () => estate.lastRequest('card:put');
    const confirm = (commandId: string) =>
      estate.deliver('uhppoted/gateway/replies/pengyou', boardReply(commandId, { stored: true }));
    const later = async () => {
      estate.clockMs += 2 * 60_000;
      estate.published.length = 0;
      await estate.sweep();
    };
    const [listed] = [...estate.table.all()].filter(({ sk }) => sk === 'CARD#c1');
    const names = [String(listed?.['commandId'])];
    await later();
    expect(told()).toEqual(['put 405419896']);
    names.push(lastAsked());
    await confirm(names[0] ?? '');
    await later();
    expect(told()).toEqual(['put 405419896']);
    names.push(lastAsked());
    expect(new Set(names).size).toBe(3);
    await confirm(lastAsked());
    await later();
    expect(told()).toEqual([]);
    await later();
    expect(told()).toEqual([]);
  });

  test('that is written again as it is learns nothing again', async () => {
    const before = [...estate.table.all()].find(({ sk }) => sk === 'CARD#c1');
    await provision(estate.backend, origin('p'), doorBoard('405419896', 'garage'));
    expect([...estate.table.all()].find(({ sk }) => sk === 'CARD#c1')).toEqual(before);
  });

  test('that moves forgets the cards of where it was', async () => {
    const name = { zh: 'x', en: 'x' };
    const shed = { kind: 'facility', facilityId: 'shed', facilityKind: 'shed', name, bays: 1 };
    await provision(estate.backend, origin('p'), shed as ProvisioningRecord);
    await provisionByTwo(estate.backend, origin('p'), doorBoard('405419896', 'shed'));
    estate.published.length = 0;
    await estate.sweep();
    expect(told()).toEqual(['delete 405419896']);
  });
});
