import { describe, expect, test } from 'vitest';
import { boardEvent } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';

const estate = estateOfEachTest();

const doorEvent = (reason: number, more: object = {}) =>
  estate.deliver('uhppoted/gateway/events', boardEvent(1, reason, more));

describe('a door board', () => {
  test.each([
    [38, 'forced-open', '门被强行打开', 'door forced open'],
    [37, 'open-too-long', '门开启超时', 'door open too long'],
    [34, 'threat', '胁迫报警', 'threat code entered'],
  ])(
    'that tells reason %i, %s, is told to the committee in both languages',
    async (reason, alarm, zh, en) => {
      await doorEvent(reason);
      expect(await estate.alerts()).toMatchObject([
        {
          severity: 'notice',
          facilityId: 'garage',
          place: { zh: 'Side door', en: 'Side door' },
          text: { zh: `Side door：${zh}`, en: `Side door: ${en}` },
        },
      ]);
      expect(estate.entries('door-alarm')).toMatchObject([
        { outcome: 'noted', facts: { door: 1, alarm, reasonCode: reason } },
      ]);
    },
  );

  test('whose memory ran over is told, under its first door', async () => {
    await doorEvent(0, { 'event-type': 255 });
    expect(estate.entries('board-gap')).toMatchObject([{ outcome: 'noted' }]);
    expect(await estate.alerts()).toMatchObject([
      {
        severity: 'notice',
        text: { zh: 'Side door：门禁记录有缺失', en: 'Side door: door events were lost' },
      },
    ]);
  });

  test('that tells of a door which nobody has named is told under its own number', async () => {
    await doorEvent(38, { 'door-id': 4 });
    expect(await estate.alerts()).toMatchObject([{ place: { zh: '405419896', en: '405419896' } }]);
  });

  test('that tells what is no alarm calls nobody', async () => {
    await doorEvent(28);
    expect(await estate.alerts()).toEqual([]);
    expect(estate.entries('door-event')).toHaveLength(1);
  });
});
