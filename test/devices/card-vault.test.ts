import { expect, test } from 'vitest';
import { cardVault } from '../../src/devices/card-vault.ts';

const vault = cardVault('a secret of at least thirty-two characters');

// Worked out apart from our code (HKDF and HMAC of Python, AES-GCM of its cryptography package). They are stored: with
// others every card of every estate would be unknown from one day to the next.
test('a card is found again under the name that it has had from the first', () => {
  expect(vault.hash('ziyun', { form: 'uid', number: '75274786' })).toBe('C6NhlYbpM8qJC8D5z49vo9F70SvDGe_G');
  expect(vault.hash('ziyun', { form: 'board', number: '75274786' })).toBe('-UXv3PiqCA4E7IvWx-znuig9cOJ-udpc');
});

test('a fact is told from another by the same sixteen digits as ever', () => {
  expect(vault.mac('门 2')).toBe('59b809ee1720bdae');
});

test('what was sealed long ago opens, and what is sealed now looks like nothing before', () => {
  expect(vault.open('AAECAwQFBgcICQoLxnUiCm18/8zV7l8knSnXswYc22g4N1LY2YnCNg==')).toBe('门 047C9A22');
  const [once, again] = [vault.seal('047C9A22'), vault.seal('047C9A22')];
  expect(once).not.toBe(again);
  expect([vault.open(once), vault.open(again)]).toEqual(['047C9A22', '047C9A22']);
});

test('what was changed, cut off, or sealed by another secret does not open', () => {
  const sealed = Buffer.from(vault.seal('047C9A22'), 'base64');
  for (const at of [0, 12, 28]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => vault.open(changed.toString('base64')), `byte ${at}`).toThrow();
  }
  expect(() => vault.open(sealed.subarray(0, -1).toString('base64'))).toThrow();
  const other = cardVault('another secret of more than thirty-two letters');
  expect(() => other.open(sealed.toString('base64'))).toThrow();
});

test('a secret has 32 characters or more', () => {
  expect(() => cardVault('x'.repeat(31))).toThrow(RangeError);
  expect(cardVault('x'.repeat(32)).mac('')).toHaveLength(16);
});
