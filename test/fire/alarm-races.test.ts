import { describe, expect, test } from 'vitest';
import { redeliver } from '../../src/journal/redeliver.ts';
import type { Table } from '../../src/shared/table.ts';
import { boardEvent } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardNumber } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAt } from '../support/moments.ts';

const estate = estateOfEachTest();

const alarm = (on: Table = estate.table) =>
  estate.says('smoke-1', 'smoke', { id: 'm1', level: 'alarm' }, { on });
const kinds = () => estate.board.told().flatMap((down) => down?.kind ?? []);
/** What the stream does a moment after each commit. */
const repeatAll = async () => {
  for (const entry of estate.entries()) await redeliver(estate.backend, entry);
};

describe('a start and an alarm in one moment', () => {
  test('an alarm between the decision and its commit refuses the start', async () => {
    const on = interruptedAfter(estate.table, looksAt('FACILITY#garage'), () => alarm());
    await estate.board.card(2, cardNumber, { on });
    expect(kinds()).not.toContain('start');
    expect(estate.refusals()).toEqual(['facility-in-alarm']);
  });

  test('a start that the alarm did not see is stopped with it', async () => {
    // The alarm read its ports before: it is the second look that has to find this one.
    await alarm(interruptedAfter(estate.table, looksAt('STATE'), () => estate.board.card(2)));
    expect(kinds()).toEqual(['start', 'stop']);
  });
});

describe('what is sent again', () => {
  test('is no start while people leave', async () => {
    await estate.board.card(2);
    await alarm();
    estate.published.length = 0;
    await repeatAll();
    expect(kinds()).not.toContain('start');
  });

  test('is no start of a session that could not begin', async () => {
    await estate.board.card(2);
    await estate.board.startAnswer(estate.board.lastStart(), 2);
    estate.published.length = 0;
    await repeatAll();
    expect(kinds()).toEqual([]);
  });

  test('is the order to hold a door that its reader refused, and none that it has carried out', async () => {
    await alarm();
    await estate.answers('reader-in', 'hold-open', 'expired');
    await estate.answers('reader-out', 'hold-open', 'done');
    estate.published.length = 0;
    await repeatAll();
    const topics = estate.topics();
    expect(topics).toContain('pengyou/reader-in/down/hold-open');
    expect(topics).not.toContain('pengyou/reader-out/down/hold-open');
  });
});

test('smoke from another detector after somebody answered for it is told anew', async () => {
  await alarm();
  await estate.deliver('uhppoted/gateway/events/live', boardEvent(9, 39));
  expect((await estate.alerts()).map(({ kind }) => kind).sort()).toEqual(['fire-input', 'smoke']);
});
