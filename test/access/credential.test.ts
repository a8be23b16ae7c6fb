import { expect, test } from 'vitest';
import { credentialRefusal } from '../../src/access/credential.ts';

const credential = {
  credentialId: 'c1',
  estateId: 'ziyun',
  householdId: 'h1',
  facilities: ['garage'],
  validFrom: '2026-11-01',
  validUntil: '2026-11-23',
};

/** In Shanghai, eight hours before Greenwich. */
const at = (localTime: string) => Date.parse(`${localTime}+08:00`);
const refusalAt = (localTime: string, card: typeof credential = credential, facilityId = 'garage') =>
  credentialRefusal(card, facilityId, at(localTime), 'Asia/Shanghai');

test('a card opens from the first moment of its first day to the last of its last, as the estate’s clocks show it', () => {
  expect(refusalAt('2026-10-31T23:59:59.999')).toBe('card-not-valid-today');
  expect(refusalAt('2026-11-01T00:00:00.000')).toBeUndefined();
  expect(refusalAt('2026-11-23T23:59:59.999')).toBeUndefined();
  expect(refusalAt('2026-11-24T00:00:00.000')).toBe('card-not-valid-today');
});

test('a card that is valid for one day opens on that day', () => {
  const visitor = { ...credential, validFrom: '2026-11-23', validUntil: '2026-11-23' };
  expect(refusalAt('2026-11-23T12:00', visitor)).toBeUndefined();
});

test('a card opens only where it was given a right', () => {
  expect(refusalAt('2026-11-23T12:00', credential, 'other-garage')).toBe('no-right-here');
  expect(refusalAt('2026-11-23T12:00', { ...credential, facilities: [] })).toBe('no-right-here');
});

test('of a card that is revoked and past its days it is said that it was revoked', () => {
  const revoked = { ...credential, revokedAtMs: at('2026-11-02T12:00') };
  expect(refusalAt('2026-11-23T12:00', revoked)).toBe('revoked-card');
  expect(refusalAt('2026-12-24T12:00', revoked)).toBe('revoked-card');
});
