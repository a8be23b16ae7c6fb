import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { momentsOf } from '../../simulator/local-time.ts';
import { batteryFor, deliverableWh, scaledWh } from '../../simulator/scaling.ts';
import { readSessions } from '../../simulator/sessions.ts';

const timeZone = 'Europe/Oslo';
const HEADER =
  'session_ID;Garage_ID;User_ID;User_type;Shared_ID;Start_plugin;Start_plugin_hour;End_plugout;End_plugout_hour;El_kWh;Duration_hours;month_plugin;weekdays_plugin';
const row = (id: string, user: string, start: string, end: string, kWh = '9,5', hours = 'NA') =>
  `${id};G1;${user};Private;NA;${start};0;${end};0;${kWh};${hours};Dec;Friday`;
const read = (...rows: string[]) => readSessions([HEADER, ...rows].join('\n'), { timeZone });
const utc = (ms: number) => new Date(ms).toISOString();

describe('wall-clock times', () => {
  it('are one hour from UTC in winter, two in summer', () => {
    expect(momentsOf('2019-01-15 12:00', timeZone).map(utc)).toEqual(['2019-01-15T11:00:00.000Z']);
    expect(momentsOf('2019-07-15 12:00', timeZone).map(utc)).toEqual(['2019-07-15T10:00:00.000Z']);
  });

  it('never happen while the clock is put forward, and happen twice while it is put back', () => {
    expect(momentsOf('2019-03-31 02:30', timeZone)).toEqual([]);
    expect(momentsOf('2019-10-27 02:30', timeZone).map(utc)).toEqual([
      '2019-10-27T00:30:00.000Z',
      '2019-10-27T01:30:00.000Z',
    ]);
    expect(momentsOf('2019-10-27 03:00', timeZone)).toHaveLength(1);
  });
});

describe('reading a report', () => {
  it('takes a row with decimal comma and local time', () => {
    const { sessions, refused } = read(row('1', 'U1', '21.12.2018 22:20', '22.12.2018 06:23', '0,3', '8,05'));
    expect(refused).toEqual([]);
    expect(sessions).toEqual([
      {
        sessionId: '1',
        garageId: 'G1',
        userId: 'U1',
        startMs: Date.UTC(2018, 11, 21, 21, 20),
        endMs: Date.UTC(2018, 11, 22, 5, 23),
        carKWh: 0.3,
      },
    ]);
  });

  it('gives every refused row its reason', () => {
    const file = read(
      row('1', 'U1', '21.12.2018 10:00', 'NA'),
      row('2', 'U1', '21.12.2018 10:00', '21.12.2018 09:00'),
      row('3', 'U1', '21.12.2018 10:00', '21.12.2018 11:00', '9.5'),
      row('4', 'U1', '31.06.2019 10:00', '31.06.2019 11:00'),
      row('5', 'U1', '31.03.2019 02:30', '31.03.2019 04:00'),
      row('6', 'NA', '21.12.2018 10:00', '21.12.2018 11:00'),
      row('7', 'U1', '21.12.2018 10:00', '21.12.2018 11:00'),
      row('7', 'U1', '22.12.2018 10:00', '22.12.2018 11:00'),
      row('8', 'U1', '23.12.2018 10:00', '23.12.2018 11:00', '-1'),
      'broken',
    );
    expect(file.refused.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'no-end'],
      [3, 'end-before-start'],
      [4, 'bad-number'],
      [5, 'bad-time'],
      [6, 'nonexistent-time'],
      [7, 'missing-field'],
      [9, 'duplicate-session'],
      [10, 'bad-number'],
      [11, 'missing-field'],
    ]);
    expect(file.sessions).toHaveLength(1);
    expect(file.rowsRead).toBe(file.sessions.length + file.refused.length);
  });

  it('refuses the later of two sessions of one user at once, and allows one to begin where the other ends', () => {
    const file = read(
      row('late', 'U1', '21.12.2018 11:00', '21.12.2018 13:00'),
      row('early', 'U1', '21.12.2018 10:00', '21.12.2018 12:00'),
      row('next', 'U1', '21.12.2018 12:00', '21.12.2018 13:00'),
      row('other', 'U2', '21.12.2018 11:00', '21.12.2018 13:00'),
    );
    expect(file.sessions.map((session) => session.sessionId)).toEqual(['early', 'other', 'next']);
    expect(file.refused).toEqual([{ sessionId: 'late', line: 2, reason: 'overlap-of-same-user' }]);
  });

  it('lets who came, left and came again within one minute come again in the next', () => {
    const file = read(
      row('long', 'U1', '21.12.2018 10:00', '21.12.2018 12:00'),
      row('brief', 'U1', '21.12.2018 12:00', '21.12.2018 12:00'),
      row('again', 'U1', '21.12.2018 12:00', '21.12.2018 13:00'),
    );
    expect(file.refused).toEqual([]);
    expect(file.sessions.map(({ startMs, endMs }) => [utc(startMs), utc(endMs)])).toEqual([
      ['2018-12-21T09:00:00.000Z', '2018-12-21T11:00:00.000Z'],
      ['2018-12-21T11:00:00.000Z', '2018-12-21T11:00:00.000Z'],
      ['2018-12-21T11:01:00.000Z', '2018-12-21T12:00:00.000Z'],
    ]);
  });

  it('asks the duration column which of two equal wall-clock times was meant', () => {
    const ends = ['1,5', '2,5'].map((hours) => {
      const file = read(row('1', 'U1', '27.10.2019 01:00', '27.10.2019 02:30', '1', hours));
      expect(file.durationDisagrees).toBe(0);
      return utc(file.sessions[0]?.endMs ?? 0);
    });
    expect(ends).toEqual(['2019-10-27T00:30:00.000Z', '2019-10-27T01:30:00.000Z']);
  });

  it('counts rows whose duration forgets the lost hour', () => {
    const file = read(row('1', 'U1', '30.03.2019 22:00', '31.03.2019 06:00', '1', '8,0'));
    expect(file.sessions[0]).toMatchObject({
      endMs: Date.UTC(2019, 2, 31, 4),
      startMs: Date.UTC(2019, 2, 30, 21),
    });
    expect(file.durationDisagrees).toBe(1);
  });

  it('says which columns a foreign file lacks', () => {
    expect(() => readSessions('a;b\n1;2\n', { timeZone })).toThrow('session_ID');
  });

  it('reads the published file whole', () => {
    const csv = readFileSync(new URL('../../simulator/data/trondheim-garages.csv', import.meta.url), 'utf8');
    const file = readSessions(csv, { timeZone });
    expect(file.rowsRead).toBe(4922);
    expect(Object.groupBy(file.refused, ({ reason }) => reason)['no-end']).toHaveLength(19);
    expect(Object.groupBy(file.refused, ({ reason }) => reason)['overlap-of-same-user']).toHaveLength(5);
    expect(file.sessions).toHaveLength(4898);
    expect(file.durationDisagrees).toBe(9);
    expect(readSessions(csv, { timeZone, garages: ['Ris', 'SR14'] }).rowsRead).toBe(212);
    expect(readSessions(csv, { timeZone, garages: ['Ris'], limit: 5 }).rowsRead).toBe(5);
  });
});

describe('scaling', () => {
  const session = (carKWh: number) => ({
    sessionId: '1',
    garageId: 'G',
    userId: 'U',
    startMs: 0,
    endMs: 0,
    carKWh,
  });

  it('divides by twenty, and delivers nearly all of it in an ordinary night', () => {
    expect(scaledWh(session(9))).toBe(450);
    expect(deliverableWh(session(9), 8 * 3600)).toBeGreaterThan(440);
  });

  it('caps at what a port can deliver in the time', () => {
    expect(batteryFor(session(80), 600).chargerW).toBe(1100);
    expect(deliverableWh(session(80), 600)).toBeLessThanOrEqual(1100 / 6);
  });
});
