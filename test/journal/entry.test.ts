import { describe, expect, test } from 'vitest';
import { cardVault } from '../../src/devices/card-vault.ts';
import {
  commandsOf,
  digest,
  draft,
  type EntryContent,
  parseEntry,
  payloadOf,
  sealed,
  sealedAnew,
  timerOrigin,
} from '../../src/journal/entry.ts';
import { retentionDays } from '../../src/journal/kinds.ts';

const vault = cardVault('a secret of at least thirty-two characters');
const origin = {
  ...{ estateId: 'ziyun', deviceId: 'reader-in', receivedAtMs: 1_764_500_000_999, topic: 't', sender: 's' },
  ...{ payload: Buffer.from('said'), fact: 'f' },
};
const entry = (content: Partial<EntryContent> = {}) =>
  sealed(
    { key: { pk: 'p', sk: 's' }, origin, content: { kind: 'swipe', outcome: 'granted', ...content } },
    vault,
  );

describe('how long an entry is kept', () => {
  test('is written here once more, because it is a promise to people', () => {
    expect(retentionDays).toEqual({ money: 1095, movement: 90, operation: 180, refusal: 30 });
  });

  test.each([
    ['settlement', 1095],
    ['swipe', 90],
    ['smoke', 180],
    ['refused', 30],
  ] as const)('of kind %s is %i days from when it was heard', (kind, days) => {
    expect(entry({ kind }).expiresAtS).toBe(1_764_500_000 + days * 86_400);
  });
});

describe('what was said', () => {
  test('is sealed, and another time sealed otherwise', () => {
    const first = entry();
    expect(first.raw).toMatch(/^sealed:/);
    const again = sealedAnew(first, vault);
    expect(again.raw).not.toBe(first.raw);
    expect(Buffer.from(vault.open(again.raw.slice('sealed:'.length)), 'base64').toString()).toBe('said');
    expect({ ...again, raw: '' }).toEqual({ ...first, raw: '' });
  });

  test('in a frame of a meter stands as it came, also under a new seal', () => {
    const plain = entry({ kind: 'meter-frame' });
    expect(plain.raw).toBe(`plain:${Buffer.from('said').toString('base64')}`);
    expect(sealedAnew(plain, vault)).toBe(plain);
  });

  test('is told apart by what it says, not by how it was wrapped', () => {
    expect(entry().digest).toBe(entry({ outcome: 'refused' }).digest);
    expect(entry().digest).not.toBe(
      sealed(draft({ pk: 'p', sk: 's' }, { ...origin, fact: 'g' }, { kind: 'smoke', outcome: 'o' }), vault)
        .digest,
    );
  });
});

describe('what follows from it', () => {
  const unlock = (commandId: string, expiresAtMs: number) => ({
    to: { family: 'pengyou' as const, deviceId: 'reader-in' },
    command: { type: 'unlock' as const, commandId, expiresAtMs, door: 1 },
  });
  const forget = {
    to: { family: 'juy' as const, deviceId: 'board' },
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

describe('an entry', () => {
  const posting = { debit: 'cash', credit: 'wallet:h1', amountFen: 1, memo: 'm' };
  const command = {
    to: { family: 'pengyou' as const, deviceId: 'reader-in' },
    command: { type: 'unlock' as const, commandId: 'a', expiresAtMs: 7, door: 1 },
  };
  const whole = sealed(
    draft(
      { pk: 'p', sk: 's' },
      { ...origin, occurredAtMs: 5 },
      {
        ...{ kind: 'swipe', outcome: 'granted', refusal: 'forbidden', facts: { direction: 'in', door: 1 } },
        ...{ postings: [posting as never], commands: [command] },
      },
    ),
    vault,
  );

  test('is read back as it was made', () => {
    expect(parseEntry(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    expect(whole).toMatchObject({
      ...{ pk: 'p', sk: 's', type: 'entry', kind: 'swipe', estateId: 'ziyun', deviceId: 'reader-in' },
      ...{ receivedAtMs: 1_764_500_000_999, occurredAtMs: 5, topic: 't', sender: 's', outcome: 'granted' },
      ...{ refusal: 'forbidden', facts: { direction: 'in', door: 1 }, postings: [posting], outboxUntilMs: 7 },
    });
    expect(payloadOf(whole, vault).toString()).toBe('said');
  });

  const optional = ['occurredAtMs', 'refusal', 'postings', 'outbox', 'outboxUntilMs'];
  test.each(Object.keys(whole))('is none where its %s is not what it should be', (name) => {
    expect(() => parseEntry({ ...whole, [name]: Symbol('odd') })).toThrow();
    const { [name]: _, ...without } = whole as unknown as Record<string, unknown>;
    if (optional.includes(name)) expect(parseEntry(without as never)).toEqual(without);
    else expect(() => parseEntry(without as never)).toThrow();
  });

  test.each(Object.keys(posting))('is none where a posting has no %s', (name) => {
    const { [name]: _, ...without } = posting as Record<string, unknown>;
    expect(() => parseEntry({ ...whole, postings: [without] })).toThrow();
  });
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
