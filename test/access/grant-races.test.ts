import { beforeEach, expect, test } from 'vitest';
import { findCredential } from '../../src/access/credential-store.ts';
import { grant, revoke } from '../../src/access/grant.ts';
import { sweep } from '../../src/intake/sweep.ts';
import type { Origin } from '../../src/journal/entry.ts';
import { cardUid, committee, estateId, type TestEstate, testEstate } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { looksAt } from '../support/moments.ts';

// Each of these was found by the simulation, or stands beside one that was.

const estate = estateOfEachTest();

const origin = (fact: string): Origin => ({
  estateId,
  deviceId: 'api',
  receivedAtMs: estate.clockMs,
  topic: 'api',
  sender: 'manager',
  payload: new Uint8Array(),
  fact,
});

test('a card that is revoked while somebody prolongs it stays revoked', async () => {
  const readsCredential = looksAt('CREDENTIAL#c1');
  const table = interruptedAfter(estate.table, readsCredential, () =>
    revoke(estate.backend, origin('revoke c1'), 'c1'),
  );
  const prolonged = {
    credentialId: 'c1',
    householdId: 'h1',
    cardUid,
    facilities: ['garage'],
    validFrom: '2026-01-01',
    validUntil: '2028-06-30',
  };
  await expect(grant(estate.on(table), origin('grant c1'), prolonged)).rejects.toMatchObject({
    error: 'already-exists',
  });
  expect((await findCredential(estate.table, estateId, 'c1'))?.revokedAtMs).toBeDefined();
});

test('a board is not told again of a grant that was revoked in the same moment', async () => {
  estate.clockMs += 3 * 60_000;
  estate.published.length = 0;
  const readsList = looksAt('CARD#c1');
  const table = interruptedAfter(estate.table, readsList, () =>
    revoke(estate.backend, origin('revoke c1'), 'c1'),
  );
  await sweep({ ...estate.backend, table, ...committee });
  expect(estate.topics()).toEqual([
    'uhppoted/gateway/requests/device/card:delete',
  ]);
});
