import { describe, expect, test } from 'vitest';
import { cardVault } from '../../src/devices/card-vault.ts';
import {
  commandsOf,
  digest,
  type EntryContent,
  entryOf,
  parseEntry,
  retentionDays,
  sealedAnew,
  timerOrigin,
} from '../../src/journal/entry.ts';

const vault = cardVault('a secret of at least thirty-two characters');
const origin = {
  ...{ estateId: 'ziyun', deviceId: 'reader-in', receivedAtMs: 1_764_500_000_999, topic: 't', sender: 's' },
  ...{ payload: Buffer.from('said'), fact: 'f' },
};
const entry = (content: Partial<EntryContent> = {}) =>
  entryOf(
    { pk: 'p', sk: 's' },
    origin,
    { kind: 'swipe', outcome: 'granted', keep: 'movement', ...content },
    vault,
  );

describe('how long an entry is kept', () => {
  test('is written here once more, because it is a promise to people', () => {
    expect(retentionDays).toEqual({ money: 1095, movement: 90, operation: 180, refusal: 30 });
  });

  test.each([
    ['money', 1095],
    ['movement', 90],
    ['operation', 180],
    ['refusal', 30],
  ] as const)('of %s is %i days from when it was heard', (keep, days) => {
    expect(entry({ keep }).expiresAtS).toBe(1_764_500_000 + days * 86_400);
  });
});

describe('what was said', () => {
  test('is sealed, and another time sealed otherwise', () => {
    const sealed = entry();
    expect(sealed.raw).toMatch(/^sealed:/);
    const again = sealedAnew(sealed, vault);
    expect(again.raw).not.toBe(sealed.raw);
    expect(Buffer.from(vault.open(again.raw.slice('sealed:'.length)), 'base64').toString()).toBe('said');
    expect({ ...again, raw: '' }).toEqual({ ...sealed, raw: '' });
  });

  test('in a frame of a meter stands as it came, also under a new seal', () => {
    const plain = entry({ kind: 'meter-frame' });
    expect(plain.raw).toBe(`plain:${Buffer.from('said').toString('base64')}`);
    expect(sealedAnew(plain, vault)).toBe(plain);
  });

  test('is told apart by what it says, not by how it was wrapped', () => {
    expect(entry().digest).toBe(entry({ outcome: 'refused' }).digest);
    expect(entry().digest).not.toBe(
      entryOf(
        { pk: 'p', sk: 's' },
        { ...origin, fact: 'g' },
        { kind: 'k', outcome: 'o', keep: 'money' },
        vault,
      ).digest,
    );
  });
});

describe('what follows from it', () => {
  const unlock = (commandId: string, expiresAtMs: number) => ({
    to: { dialect: 'pengyou' as const, deviceId: 'reader-in' },
    command: { type: 'unlock' as const, commandId, expiresAtMs, door: 1 },
  });
  const forget = {
    to: { dialect: 'juy' as const, deviceId: 'board' },
    command: { type: 'answer-heartbeat' as const },
  };

  test('lies sealed in its outbox until the last of it has expired', () => {
    const commands = [unlock('a', 200), unlock('b', 300), unlock('c', 100), forget];
    const decided = entry({ commands });
    expect(decided.outbox).not.toContain('unlock');
    expect(decided.outboxUntilMs).toBe(300);
    expect(commandsOf(decided, vault)).toEqual(commands);
  });

  test('is not there where nothing follows', () => {
    expect(entry()).not.toHaveProperty('outbox');
    expect(entry()).not.toHaveProperty('outboxUntilMs');
    expect(commandsOf(entry(), vault)).toEqual([]);
    expect(entry({ commands: [forget] }).outboxUntilMs).toBe(0);
  });

  test('postings and a refusal stand in it only where there are some', () => {
    const posting = { debit: 'a', credit: 'b', amountFen: 1, memo: 'm' };
    expect(entry()).not.toHaveProperty('postings');
    expect(entry({ postings: [] })).not.toHaveProperty('postings');
    expect(entry()).not.toHaveProperty('refusal');
    expect(entry({ postings: [posting as never], refusal: 'flooding' })).toMatchObject({
      postings: [posting],
      refusal: 'flooding',
    });
  });
});

test('an entry is read back as it was made, and nothing else is taken for one', () => {
  const made = entry({ facts: { door: 1 } });
  expect(parseEntry(JSON.parse(JSON.stringify(made)))).toEqual(made);
  expect(() => parseEntry({ ...made, type: 'alert' } as never)).toThrow();
  expect(() => parseEntry({ ...made, expiresAtS: undefined } as never)).toThrow();
});

test('a timer says nothing of its own', () => {
  expect(timerOrigin({ estateId: 'e', deviceId: 'd' }, 5, 'what for')).toEqual({
    ...{ estateId: 'e', deviceId: 'd', receivedAtMs: 5, topic: 'sweep', sender: 'sweep' },
    ...{ payload: new Uint8Array(), fact: 'what for' },
  });
});

test('a digest is sixteen digits of the SHA-256', () => {
  expect(digest('abc')).toBe('ba7816bf8f01cfea');
});
