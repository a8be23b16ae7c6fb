import { describe, expect, test } from 'vitest';
import { type ErrorName, errorTable } from '../../contract/words/errors.ts';
import { believedMs, systemClock, virtualNow } from '../../src/shared/clock.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { addDays, isTimeZone, startOfDay, wallClock } from '../../src/shared/local-time.ts';
import { holds, keyOf, stored, timerShard, timerShards, type Write } from '../../src/shared/table.ts';
import { placeOf, unknownMember } from '../../src/shared/unknown-member.ts';

describe('when something happened', () => {
  const receivedAtMs = 1_000_000_000;
  const believed = (occurredAtMs: number | undefined) =>
    believedMs({ occurredAtMs, receivedAtMs }, 3_600_000);

  test.each([
    ['nothing is said of it', undefined, receivedAtMs],
    ['just now', receivedAtMs, receivedAtMs],
    ['a minute ahead', receivedAtMs + 60_000, receivedAtMs + 60_000],
    ['more than a minute ahead', receivedAtMs + 60_001, receivedAtMs],
    ['just within the time on its way', receivedAtMs - 3_599_999, receivedAtMs - 3_599_999],
    ['as long ago as nothing is on its way', receivedAtMs - 3_600_000, receivedAtMs],
    ['1970', 0, receivedAtMs],
  ] as const)('%s', (_, occurredAtMs, expected) => {
    expect(believed(occurredAtMs)).toBe(expected);
  });
});

describe('the world’s clock', () => {
  test('goes from where it was set, as fast as it was set', () => {
    expect(virtualNow('5000@1000x1', 1000)).toBe(5000);
    expect(virtualNow('5000@1000x60', 1500)).toBe(35_000);
    expect(virtualNow('5000@1000x0', 9999)).toBe(5000);
    expect(virtualNow('5000@1000x1.5', 1001)).toBe(5001);
  });

  test.each(['', 'x', '5000@1000', '5000@1000x-1', '5000@1000x1 ', ' 5000@1000x1', '5000@1000x1.'])(
    'set wrong (%j) does not go',
    (setting) => {
      expect(() => virtualNow(setting, 0)).toThrow(RangeError);
    },
  );

  test('is looked at anew each time, and is the machine’s own where none is set', () => {
    const environment: Record<string, string> = { PENGYOU_CLOCK: '7@0x0' };
    const clock = systemClock(environment);
    expect(clock.now()).toBe(7);
    environment['PENGYOU_CLOCK'] = '8@0x0';
    expect(clock.now()).toBe(8);
    expect(systemClock({}).now()).toBeGreaterThan(Date.UTC(2020, 0));
  });
});

describe('a day', () => {
  test('begins at midnight, or where the clock is put forward over it', () => {
    expect(startOfDay('2026-11-23', 'Asia/Shanghai')).toBe(Date.UTC(2026, 10, 22, 16));
    expect(startOfDay('2026-11-23', 'UTC')).toBe(Date.UTC(2026, 10, 23));
    expect(startOfDay('2026-11-23', 'Asia/Kathmandu')).toBe(Date.UTC(2026, 10, 22, 18, 15));
    expect(startOfDay('2026-11-23', 'Pacific/Pago_Pago')).toBe(Date.UTC(2026, 10, 23, 11));
    expect(startOfDay('2026-01-01', 'Pacific/Kiritimati')).toBe(Date.UTC(2025, 11, 31, 10));
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo')).toBe(Date.UTC(2018, 10, 4, 3));
    expect(wallClock(startOfDay('2018-11-04', 'America/Sao_Paulo'), 'America/Sao_Paulo').minute).toBe(60);
  });

  test('is so many days after another, over months, years and leap days', () => {
    expect(addDays('2026-01-31', 1)).toBe('2026-02-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(addDays('2026-01-01', 0)).toBe('2026-01-01');
  });

  test.each([
    ['Asia/Shanghai', true],
    ['UTC', true],
    ['+08:00', false],
    ['Asia/Atlantis', false],
    ['', false],
  ])('the zone %j is one of the list: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});

describe('a member that nobody would heed', () => {
  test.each([
    [{ a: 1 }, { a: 1 }, undefined],
    [{ a: 1, b: 2 }, { a: 1 }, ['b']],
    [{ a: { b: 1 } }, { a: {} }, ['a', 'b']],
    [
      [{ a: 1 }, { b: 1 }],
      [{ a: 1 }, {}],
      [1, 'b'],
    ],
    [{ a: undefined }, {}, ['a']],
    [{ constructor: 1 }, {}, ['constructor']],
    [null, {}, undefined],
    ['text', {}, undefined],
    [{ a: 1 }, null, undefined],
    [{ a: { b: 1 } }, { a: 'parsed to a text' }, undefined],
  ])('of %j, taken as %j, is %j', (given, parsed, expected) => {
    expect(unknownMember(given, parsed)).toEqual(expected);
  });

  test('is named by its place', () => {
    expect(placeOf(['readings', 2, 'energyWh'])).toBe('readings[2].energyWh');
    expect(placeOf([0, 'a'])).toBe('[0].a');
    expect(placeOf([])).toBe('');
  });
});

describe('a write', () => {
  const key = { pk: 'p', sk: 's' };
  const at = (version: number | undefined): Write => ({ put: key, when: { version } });

  test('counts versions from one, and leaves others alone', () => {
    expect(stored(at(undefined) as never)).toEqual({ ...key, version: 1 });
    expect(stored(at(4) as never)).toEqual({ ...key, version: 5 });
    expect(stored({ put: { ...key, version: 9 }, when: { version: 'none' } })).toEqual({
      ...key,
      version: 1,
    });
    expect(stored({ put: key, when: 'always' })).toEqual(key);
  });

  test.each<[string, Write, object | undefined, boolean]>([
    ['always', { put: key, when: 'always' }, key, true],
    ['a removal', { remove: key }, undefined, true],
    ['always over nothing', { put: key, when: 'always' }, undefined, true],
    ['a removal of something', { remove: key }, key, true],
    ['absent over nothing', { put: key, when: 'absent' }, undefined, true],
    ['absent over something', { put: key, when: 'absent' }, key, false],
    ['newest over nothing', { put: { ...key, atMs: 5 }, when: 'newest' }, undefined, true],
    ['newest over older', { put: { ...key, atMs: 5 }, when: 'newest' }, { ...key, atMs: 4 }, true],
    ['newest over as old', { put: { ...key, atMs: 5 }, when: 'newest' }, { ...key, atMs: 5 }, false],
    ['newest over newer', { put: { ...key, atMs: 5 }, when: 'newest' }, { ...key, atMs: 6 }, false],
    ['version over itself', at(2), { ...key, version: 2 }, true],
    ['version over another', at(2), { ...key, version: 3 }, false],
    ['version over nothing', at(2), undefined, false],
    ['no version over nothing', at(undefined), undefined, true],
    ['no version over something', at(undefined), key, false],
    ['no count over what is counted', { put: key, when: { version: 'none' } }, { ...key, version: 1 }, false],
    ['no count over what is not', { put: key, when: { version: 'none' } }, key, true],
    ['no count over nothing', { put: key, when: { version: 'none' } }, undefined, false],
    ['a look at nothing over nothing', { check: key, when: { version: undefined } }, undefined, true],
    ['a look at nothing over something', { check: key, when: { version: undefined } }, key, false],
    ['a look at the version', { check: key, when: { version: 2 } }, { ...key, version: 2 }, true],
    ['a look at another version', { check: key, when: { version: 2 } }, { ...key, version: 1 }, false],
  ])('%s', (_, write, existing, expected) => {
    expect(holds(write, existing as never)).toBe(expected);
    expect(keyOf(write)).toMatchObject(key);
  });

  test('has a timer in one of the shards, always the same: by its key alone, also in the next version', () => {
    const garage = { pk: 'ESTATE#ziyun', sk: 'FACILITY#garage' };
    const shards = [
      timerShard({ pk: 'DEVICE#861317069234387', sk: 'PORT#01' }),
      timerShard({ pk: 'DEVICE#861317069234387', sk: 'PORT#02' }),
      timerShard(garage),
      timerShard({ ...garage, dueAtMs: 5 } as never),
      timerShard({ pk: 'PAYMENT#ziyun#o1', sk: 'PAYMENT' }),
      timerShard({ pk: 'PRESENCE#ziyun#c1', sk: 'PRESENCE' }),
    ];
    expect({ shards, timerShards }).toEqual({ shards: [0, 1, 3, 3, 3, 1], timerShards: 4 });
  });
});

describe('an error', () => {
  test('says by its name what a caller is answered', () => {
    expect(new DomainError('table-busy', 'm')).toMatchObject({ status: 503, retry: true, message: 'm' });
    expect(new DomainError('forbidden', 'm')).toMatchObject({
      status: 403,
      retry: false,
      name: 'DomainError',
    });
  });

  test('asks to be tried again exactly where nobody has decided: what was refused would be refused for ever', () => {
    const names = Object.keys(errorTable) as ErrorName[];
    const undecided = names.filter((name) => new DomainError(name, '').status === 503);
    expect(names.filter((name) => new DomainError(name, '').retry)).toEqual(undecided);
    expect(undecided).toEqual(['provider-unavailable', 'lost-race', 'table-busy']);
  });
});
