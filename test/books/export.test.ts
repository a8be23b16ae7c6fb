import { beforeAll, describe, expect, test } from 'vitest';
import type { ExportKind } from '../../contract/words/words.ts';
import { csvOf, type ExportPage, exportPage } from '../../src/books/export/export-page.ts';
import { rebuildPage } from '../../src/books/rebuild/rebuild.ts';
import { rebuildAll } from '../../src/books/rebuild/sums.ts';
import {
  type BooksWorld,
  booksWorld,
  closeInTime,
  cost,
  estateId,
  hour,
  november,
  october,
  ran,
  zone,
} from './ledger-builder.ts';

async function pagesOf(world: BooksWorld, kind: ExportKind, month = '2026-11'): Promise<ExportPage[]> {
  const pages: ExportPage[] = [];
  let cursor: string | undefined;
  do {
    const page = await exportPage(world.table, estateId, month, kind, cursor);
    pages.push(page);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

const fileOf = async (world: BooksWorld, kind: ExportKind, month?: string) =>
  (await pagesOf(world, kind, month))
    .map((page, index) => csvOf(page, index === 0))
    .join('')
    .split('\r\n');

describe('the files of a month', () => {
  let world: BooksWorld;
  beforeAll(async () => {
    world = await booksWorld(zone, 'h1', 'h2');
    await world.topUp(october + hour, 'h1', 1000);
    await closeInTime(world, '2026-10');
    await world.topUp(november + 20 * hour, 'h2', 500);
    const settled = async (
      order: number,
      endedAtMs: number,
      toldMs: number,
      electricity: number,
      service: number,
    ) => {
      const facts = { ...ran(order, 'h1', endedAtMs - 2 * hour, endedAtMs, 1234), remarks: ['late'] };
      await world.session(toldMs, 'settled', facts, cost('h1', electricity, service, `session-${order}`));
    };
    const endedAtMs = november + 30 * hour + 5 * 60_000;
    await settled(7, endedAtMs, endedAtMs + 60_000, 60, 30);
    await settled(8, october + 100 * hour, endedAtMs + hour, 5, 0);
    await closeInTime(world, '2026-11');
  });

  test('show every statement from its opening to its closing', async () => {
    expect(await fileOf(world, 'statements')).toEqual([
      '"月份 month","户 household","楼 building","单元 unit","类型 kind","归属日 day","记账时间 booked at","属于月份 belongs to","开始 began","结束 ended","车棚 facility","充电口 port","电量 energy (kWh)","电费 electricity (元)","服务费 service (元)","余额变动 balance change (元)","欠款变动 owed change (元)","余额 balance (元)","欠款 owed (元)","账单码 receipt","电价版本 tariff","摘要 memo","说明 remarks"',
      '"2026-11","h1","3","h1","opening","","","","","","","",,,,,,10.00,0.00,"","","",""',
      '"2026-11","h1","3","h1","session","2026-11-02","2026-11-02 06:06","","2026-11-02 04:05","2026-11-02 06:05","车库","861317069234387/1",1.234,0.60,0.30,-0.90,0.00,9.10,0.00,"C7","2026-01","session-7","late"',
      '"2026-11","h1","3","h1","session","2026-10-05","2026-11-02 07:05","2026-10","2026-10-05 02:00","2026-10-05 04:00","车库","861317069234387/1",1.234,0.05,0.00,-0.05,0.00,9.05,0.00,"C8","2026-01","session-8","late"',
      '"2026-11","h1","3","h1","closing","","","","","","","",2.468,,,,,9.05,0.00,"","","",""',
      '"2026-11","h2","3","h2","opening","","","","","","","",,,,,,0.00,0.00,"","","",""',
      '"2026-11","h2","3","h2","top-up","2026-11-01","2026-11-01 20:00","","","","","",,,,5.00,0.00,5.00,0.00,"","","t2",""',
      '"2026-11","h2","3","h2","closing","","","","","","","",0.000,,,,,5.00,0.00,"","","",""',
      '',
    ]);
  });

  test('show what every day earned, and to which month it belongs', async () => {
    expect(await fileOf(world, 'revenue')).toEqual([
      '"月份 month","归属日 day","属于月份 belongs to","车棚 facility","车棚名 facility name","电价版本 tariff","项目 line","电量 energy (kWh)","收入 revenue (元)"',
      '"2026-11","2026-10-05","2026-10","garage","车库","2026-01","electricity",1.234,0.05',
      '"2026-11","2026-11-02","","garage","车库","2026-01","electricity",1.234,0.60',
      '"2026-11","2026-11-02","","garage","车库","2026-01","service",0.000,0.30',
      '',
    ]);
  });

  test('show how every line is divided', async () => {
    expect(await fileOf(world, 'split')).toEqual([
      '"月份 month","项目 line","收入 revenue (元)","分成方 party","千分比 permille","分成 share (元)","规则起始月 rule from"',
      '"2026-11","electricity",0.65,"property",1000,0.65,""',
      '"2026-11","electricity",0.65,"operator",0,0.00,""',
      '"2026-11","electricity",0.65,"committee",0,0.00,""',
      '"2026-11","service",0.30,"property",1000,0.30,""',
      '"2026-11","service",0.30,"operator",0,0.00,""',
      '"2026-11","service",0.30,"committee",0,0.00,""',
      '"2026-11","package",0.00,"property",1000,0.00,""',
      '"2026-11","package",0.00,"operator",0,0.00,""',
      '"2026-11","package",0.00,"committee",0,0.00,""',
      '',
    ]);
  });

  test('show every posting in the order in which it was recorded, and none of another month', async () => {
    expect(await fileOf(world, 'ledger')).toEqual([
      '"月份 month","归属日 day","记账时间 booked at","属于月份 belongs to","事项 kind","凭证 entry","借 debit","贷 credit","金额 amount (元)","摘要 memo"',
      '"2026-11","2026-11-01","2026-11-01 20:00","","top-up","TOPUP#ziyun#t2|TOPUP","cash","wallet:h2",5.00,"t2"',
      '"2026-11","2026-11-02","2026-11-02 06:06","","settlement","DEVICE#861317069234387|SESSION#7#settled","wallet:h1","revenue:electricity",0.60,"session-7"',
      '"2026-11","2026-11-02","2026-11-02 06:06","","settlement","DEVICE#861317069234387|SESSION#7#settled","wallet:h1","revenue:service",0.30,"session-7"',
      '"2026-11","2026-10-05","2026-11-02 07:05","2026-10","settlement","DEVICE#861317069234387|SESSION#8#settled","wallet:h1","revenue:electricity",0.05,"session-8"',
      '',
    ]);
  });
});

describe('a file of many pages', () => {
  const others = Array.from({ length: 130 }, (_, index) => `h${String(index + 2).padStart(3, '0')}`);
  const topUps = 1300;
  const postings = topUps + others.length;
  let world: BooksWorld;
  beforeAll(async () => {
    world = await booksWorld(zone, 'h001', ...others);
    for (let number = 1; number <= topUps; number += 1)
      await world.topUp(november + number * 1000, 'h001', 100);
    for (const household of others) await world.topUp(november + hour, household, 100);
    await closeInTime(world, '2026-11');
  }, 120_000);

  test('has every row once, and says on each page how many there are', async () => {
    const pages = await pagesOf(world, 'statements');
    const rows = pages.flatMap((page) => page.rows);
    const kinds = (household: string) =>
      rows.filter(([, householdId]) => householdId === household).map(([, , , , kind]) => kind);
    expect(kinds('h001')).toEqual(['opening', ...Array(topUps).fill('top-up'), 'closing']);
    for (const household of others)
      expect(kinds(household), household).toEqual(['opening', 'top-up', 'closing']);
    expect(rows.at(topUps)?.slice(15, 19)).toEqual([100, 0, topUps * 100, 0]);
    expect(pages.length).toBeGreaterThan(3);
    let done = 0;
    for (const page of pages) {
      done += page.rows.length;
      expect(page).toMatchObject({ done, total: rows.length });
      expect(page.rows.length).toBeLessThan(1000);
    }
  });

  test('of which the estate computed again looks at every line', async () => {
    const sums = await rebuildAll((cursor) => rebuildPage(world.backend, estateId, cursor));
    expect(sums.checked.entries).toBe(postings);
    expect(sums.accounts).toMatchObject({ cash: -100 * postings, 'wallet:h001': 100 * topUps });
  });

  test('of the ledger has every posting once', async () => {
    const pages = await pagesOf(world, 'ledger');
    const memos = pages.flatMap((page) => page.rows.map((row) => row.at(-1)));
    expect(memos).toEqual(Array.from({ length: postings }, (_, index) => `t${index + 1}`));
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.map(({ total }) => total)).toEqual(pages.map(() => postings));
  });
});
