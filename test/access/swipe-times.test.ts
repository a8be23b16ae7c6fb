import { expect, test } from 'vitest';
import { swipeRefusal } from '../../src/access/handle-swipe.ts';

const atMs = Date.parse('2026-11-23T19:00:00+08:00');
const credential = {
  credentialId: 'c1',
  estateId: 'ziyun',
  householdId: 'h1',
  facilities: ['garage'],
  validFrom: '2026-01-01',
  validUntil: '2036-12-31',
};

/** What a reader says of a card that was shown, received and looked at so many milliseconds after seven in the evening. */
function refusalOf(
  direction: 'in' | 'out',
  { shown, handled = 0 }: { readonly shown?: number; readonly handled?: number },
  card: typeof credential | undefined = credential,
) {
  const reader = {
    kind: 'reader' as const,
    deviceId: 'r',
    family: 'pengyou' as const,
    estateId: 'ziyun',
    timeZone: 'Asia/Shanghai',
    facilityId: 'garage',
    name: { zh: '读卡器', en: 'Reader' },
    direction,
  };
  const event = {
    type: 'swipe' as const,
    deviceId: 'r',
    identity: 's',
    card: { form: 'uid' as const, number: '047C9A22' },
    ...(shown === undefined ? {} : { occurredAtMs: atMs + shown }),
  };
  return swipeRefusal(reader, card, event, atMs, atMs + handled);
}

test('a door opens for a card that was shown ten seconds ago, and not a moment longer', () => {
  expect(refusalOf('in', { shown: -10_000 })).toBeUndefined();
  expect(refusalOf('in', { shown: -10_001 })).toBe('stale-swipe');
});

test('a reader’s clock may be a minute ahead, and not a moment more', () => {
  expect(refusalOf('in', { shown: 60_000 })).toBeUndefined();
  expect(refusalOf('in', { shown: 60_001 })).toBe('clock-ahead');
});

test('a reader without a clock is believed to speak at once', () => {
  expect(refusalOf('in', {})).toBeUndefined();
});

test('a message that lay for more than ten seconds opens no door, in either direction', () => {
  for (const direction of ['in', 'out'] as const) {
    expect(refusalOf(direction, { handled: 10_000 }), direction).toBeUndefined();
    expect(refusalOf(direction, { handled: 10_001 }), direction).toBe('stale-swipe');
  }
});

test('on the way out a reader’s clock and card matter nothing', () => {
  for (const shown of [-86_400_000, 86_400_000])
    expect(refusalOf('out', { shown }, undefined), String(shown)).toBeUndefined();
});
