import { expect, test } from 'vitest';
import { findCredential } from '../../src/access/credential-store.ts';
import { grant, revoke } from '../../src/access/grant.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardUid, estateId } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAt } from '../support/moments.ts';

// Each of these was found by the simulation, or stands beside one that was.

const estate = estateOfEachTest();

const revokes = () => revoke(estate.backend, estate.by('manager', 'revoke c1'), 'c1');

test('a card that is revoked while somebody prolongs it stays revoked', async () => {
  const table = interruptedAfter(estate.table, looksAt('CREDENTIAL#c1'), revokes);
  const card = { credentialId: 'c1', householdId: 'h1', cardUid, facilities: ['garage'] };
  const prolonged = { ...card, validFrom: '2026-01-01', validUntil: '2028-06-30' };
  const granted = grant(estate.on(table), estate.by('manager', 'grant c1'), prolonged);
  await expect(granted).rejects.toMatchObject({ error: 'already-exists' });
  expect((await findCredential(estate.table, estateId, 'c1'))?.revokedAtMs).toBeDefined();
});

test('a board is not told again of a grant that was revoked in the same moment', async () => {
  estate.clockMs += 3 * 60_000;
  estate.published.length = 0;
  await estate.sweep(interruptedAfter(estate.table, looksAt('CARD#c1'), revokes));
  expect(estate.topics()).toEqual(['uhppoted/gateway/requests/device/card:delete']);
});
