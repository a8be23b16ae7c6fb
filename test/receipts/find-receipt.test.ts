import { beforeEach, describe, expect, test } from 'vitest';
import { publicReceiptSchema } from '../../contract/shapes/public-receipt.ts';
import { findReceipt, placeOf } from '../../src/receipts/find-receipt.ts';
import { publicReceipt } from '../../src/receipts/public-receipt.ts';
import { keys } from '../../src/shared/keys.ts';
import { cardUid, estateId } from '../support/estate.ts';
import { plant } from '../support/rebuilt.ts';
import { SessionStory } from '../support/session-story.ts';
import { writeViews } from '../support/views.ts';

let story: SessionStory;
let code: string;
beforeEach(async () => {
  story = await SessionStory.begin({ overstay: { graceMinutes: 30, priceMilliYuanPerHour: 500 } });
  await story.passes('in', -5);
  await story.authorise(0);
  await story.started(1);
  await story.frame(31, 1800, 100);
  await story.settled(61, 3600, 220, { moneyFen: 50 });
  await story.passes('out', 181);
  await writeViews(story.estate);
  code = (await story.receipt())?.code ?? '';
});
const find = (typed: string) => findReceipt(story.estate.table, typed);
const unknown = { error: 'not-found', message: 'There is no receipt with this code' };

describe('a receipt that is looked for by its code', () => {
  test('is the newest of its session, with what was agreed', async () => {
    const { receipt, agreement } = await find(code);
    expect(receipt).toEqual(await story.receipt());
    expect(receipt.revision).toBe(1);
    expect(agreement).toEqual(await story.agreement());
  });

  test('is not there where the list says another session, another estate, or no session at all', async () => {
    const { table } = story.estate;
    const [listed] = await table.get([keys.receiptCode(code)]);
    await table.commit([
      { put: { ...listed, ...keys.receiptCode('7777777777') }, when: 'absent' },
      { put: { ...listed, ...keys.receiptCode('8888888888'), sessionId: 'none' }, when: 'absent' },
    ]);
    for (const other of ['7777777777', '8888888888'])
      await expect(find(other)).rejects.toMatchObject(unknown);
    await plant(story.estate, keys.receiptCode(code), (item) => ({ ...item, estateId: 'youyi' }));
    await expect(find(code)).rejects.toMatchObject(unknown);
  });

  test('is of the facility by its name, and by its id where the facility is gone', async () => {
    const { registry } = story.estate.backend;
    const agreement = await story.agreement();
    const place = { estate: { zh: 'Ziyun', en: 'Ziyun' }, timeZone: 'Asia/Shanghai' };
    expect(await placeOf(registry, agreement)).toEqual({
      ...place,
      facility: { zh: 'Garage', en: 'Garage' },
    });
    expect(await placeOf(registry, { ...agreement, facilityId: 'shed-9' })).toEqual({
      ...place,
      facility: { zh: 'shed-9', en: 'shed-9' },
    });
  });
});

describe('a receipt for anybody', () => {
  test('is read by its schema without losing anything: power, package, history and the bike’s going', async () => {
    const answer = await publicReceipt(story.estate.backend, code);
    const receipt = await story.receipt();
    const tariff = await story.estate.backend.registry.tariff(estateId, '2026-01');
    expect(answer).toEqual({
      receipt,
      estate: { zh: 'Ziyun', en: 'Ziyun' },
      facility: { zh: 'Garage', en: 'Garage' },
      tariff,
      evidence: { readings: receipt?.readings, removedAtMs: receipt?.removedAtMs },
      verification: { same: true, differences: [] },
    });
    expect(receipt?.removedAtMs).toBeGreaterThan(0);
    const whole = {
      ...answer,
      evidence: { readings: [{ atMs: 1, energyWh: 2, powerW: 3 }], removedAtMs: 4 },
      notCharged: { why: 'limited-to-hold', amountFen: -11 },
      verification: { same: false, differences: [{ where: 'totalFen', receipt: '1', journal: '–' }] },
    };
    expect(publicReceiptSchema.parse(whole)).toEqual(whole);
    expect(JSON.stringify(answer)).not.toContain(cardUid);
  });

  test('says of a value that one side does not have that there is none', async () => {
    const { backend } = story.estate;
    const key = keys.sessionSteps(story.sessionId.split('-')[0] ?? '', story.order);
    const items = await backend.table.query(key);
    const newest = items.find((item) => JSON.stringify(item['facts']).includes('"removedAtMs"'));
    if (newest === undefined) throw new Error('The bike has not gone');
    await plant(story.estate, newest, (item) => {
      const facts = item['facts'] as { receipt: { removedAtMs: number } };
      const { removedAtMs: _, ...receipt } = facts.receipt;
      return { ...item, facts: { ...facts, receipt } };
    });
    const { verification, evidence } = await publicReceipt(backend, code);
    expect(verification.differences).toEqual([
      { where: 'removedAtMs', receipt: '–', journal: String(evidence.removedAtMs) },
    ]);
  });
});
