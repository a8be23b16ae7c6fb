import { describe, expect, test } from 'vitest';
import { credentialsOf, findByCard } from '../../src/access/credential-store.ts';
import { type Grant, grant, revoke } from '../../src/access/grant.ts';
import { commandsOf } from '../../src/journal/entry.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Key, Table } from '../../src/shared/table.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardUid, estateId, eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { everything } from '../support/money.ts';

const estate = estateOfEachTest();

const origin = (fact: string) => estate.by('manager', fact);
const terms: Grant = {
  ...{ credentialId: 'c1', householdId: 'h1', cardUid, facilities: ['garage'] },
  ...{ validFrom: '2026-01-01', validUntil: '2036-12-31' },
};
const give = (changed: Partial<Grant> = {}) =>
  grant(estate.backend, origin(JSON.stringify(changed)), { ...terms, ...changed });
const stored = () => estate.item(keys.credential(estateId, 'c1'));
const find = (form: 'uid' | 'board', number: string, of = estateId) =>
  findByCard(estate.table, estate.backend.vault, of, { form, number });
/** 047C9A22: as readers report it, as boards do, and as those that begin at the other end. */
const numbers = [
  ['uid', '75274786'],
  ['board', '75274786'],
  ['board', '580549636'],
] as const;
const credential = {
  ...{ credentialId: 'c1', estateId, householdId: 'h1', facilities: ['garage'] },
  ...{ validFrom: '2026-01-01', validUntil: '2036-12-31' },
};
const hash = ([form, number]: (typeof numbers)[number]) =>
  estate.backend.vault.hash(estateId, { form, number });

describe('a card that was granted', () => {
  test('is found under each of its numbers, in its own estate, and under no other', async () => {
    for (const [form, number] of numbers) {
      expect(await find(form, number), number).toEqual(credential);
      expect(await find(form, number, 'other')).toBeUndefined();
    }
    expect(await find('uid', '580549636')).toBeUndefined();
  });

  test('is stored once with all that finds its copies again, and shown by its last two digits', async () => {
    const { sealedUid, ...rest } = { sealedUid: '', ...(await stored()) };
    expect(rest).toEqual({
      ...{ ...keys.credential(estateId, 'c1'), ...credential, version: 1 },
      ...{ hashes: numbers.map(hash), lastDigits: '22' },
    });
    expect(estate.backend.vault.open(sealedUid)).toBe(cardUid);
  });

  test('and prolonged is prolonged under each number, and its entry says what was changed', async () => {
    estate.clockMs += 1000;
    await give({ validUntil: '2037-12-31' });
    for (const [form, number] of numbers)
      expect(await find(form, number)).toEqual({ ...credential, validUntil: '2037-12-31' });
    const [first, second] = estate.entries('credential-granted');
    const { credentialId, estateId: _, ...granted } = credential;
    expect(first).toMatchObject({
      ...{ ...keys.request(estateId, 'grant:c1:0'), outcome: 'granted', sender: 'test' },
      expiresAtS: eveningMs / 1000 + 180 * 86_400,
    });
    expect(first?.facts).toEqual({ credentialId, lastDigits: '22', before: {}, after: granted });
    expect(second).toMatchObject(keys.request(estateId, 'grant:c1:1'));
    expect(second?.facts).toEqual({
      ...{ credentialId, lastDigits: '22' },
      ...{ before: { validUntil: '2036-12-31' }, after: { validUntil: '2037-12-31' } },
    });
  });

  test('granted again as it is changes nothing', async () => {
    const before = everything(estate.table);
    estate.clockMs += 1000;
    await give();
    expect(everything(estate.table)).toBe(before);
  });

  test.each<[string, Partial<Grant>, string | undefined]>([
    ['of its household’s member stays that member’s where nothing is said', {}, 'm1'],
    ['is given to another member', { memberId: 'm2' }, 'm2'],
    ['is everybody’s again', { memberId: null }, undefined],
    ['of a member is nobody’s in another household', { householdId: 'h2' }, undefined],
    ['is given to a member of another household', { householdId: 'h2', memberId: 'm1' }, 'm1'],
  ])('%s', async (_, changed, memberId) => {
    await give({ memberId: 'm1' });
    await give({ validUntil: '2037-12-31', ...changed });
    expect((await find('uid', '75274786'))?.memberId).toBe(memberId);
    expect((await stored())?.['memberId']).toBe(memberId);
  });
});

describe('a card that was revoked', () => {
  test('is so from that moment under each number, and its entry says by whom', async () => {
    estate.clockMs += 1000;
    await revoke(estate.backend, origin('r'), 'c1');
    const revokedAtMs = estate.clockMs;
    for (const [form, number] of numbers)
      expect(await find(form, number)).toEqual({ ...credential, revokedAtMs });
    expect(await stored()).toMatchObject({
      ...credential,
      revokedAtMs,
      hashes: numbers.map(hash),
      version: 2,
    });
    expect(await credentialsOf(estate.table, estateId)).toMatchObject([{ credentialId: 'c1', revokedAtMs }]);
    const [entry] = estate.entries('credential-revoked');
    expect(entry).toMatchObject({
      ...{ ...keys.request(estateId, 'revoke:c1'), outcome: 'revoked', sender: 'manager' },
      ...{ facts: { credentialId: 'c1', lastDigits: '22' }, expiresAtS: revokedAtMs / 1000 + 180 * 86_400 },
    });
    expect(entry && commandsOf(entry, estate.backend.vault)).toHaveLength(1);
  });

  test('is revoked once: the first moment stands, whoever revokes it again', async () => {
    await revoke(estate.backend, origin('r'), 'c1');
    const before = everything(estate.table);
    estate.clockMs += 1000;
    await revoke(estate.backend, { ...origin('again'), sender: 'another' }, 'c1');
    expect(everything(estate.table)).toBe(before);
  });

  test('is not granted again under its name', async () => {
    await revoke(estate.backend, origin('r'), 'c1');
    await expect(give()).rejects.toMatchObject({ error: 'already-exists' });
  });
});

test('a credential that there is not cannot be revoked', async () => {
  await expect(revoke(estate.backend, origin('r'), 'c9')).rejects.toMatchObject({
    ...{ error: 'not-found', message: 'There is no credential c9' },
  });
});

test('two cards of which one is the other read backwards are not both granted', async () => {
  const other = { credentialId: 'c2', cardUid: '229A7C04' };
  await expect(give(other)).rejects.toMatchObject({ error: 'card-number-taken' });
  await revoke(estate.backend, origin('r'), 'c1');
  await give(other);
  expect((await find('board', '75274786'))?.credentialId).toBe('c2');
  // Its own bytes are still the revoked one's.
  expect((await find('uid', '75274786'))?.credentialId).toBe('c1');
});

test('of two records that change a card in one moment, neither is lost in silence', async () => {
  const provisioned = (validUntil: string, table = estate.table as Table) =>
    provision(estate.on(table), origin('provision'), {
      ...{ ...terms, kind: 'credential', facilities: ['garage'], validUntil },
    });
  const readsCredential = (read: readonly Key[]) => read.length > 1 && read[0]?.sk === 'CREDENTIAL#c1';
  const table = interruptedAfter(estate.table, readsCredential, () => provisioned('2030-12-31'));
  await expect(provisioned('2031-12-31', table)).rejects.toMatchObject({
    ...{ error: 'lost-race', message: 'Credential c1 is being changed; grant it again' },
  });
  expect((await stored())?.['validUntil']).toBe('2030-12-31');
});
