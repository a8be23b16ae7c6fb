import { expect, test } from 'vitest';
import { checkBudget } from '../../src/books/rebuild/budget.ts';
import { checkCashAlone } from '../../src/books/rebuild/days.ts';
import { noHistory } from '../../src/books/rebuild/history.ts';
import { keptMs } from '../../src/books/rebuild/lines.ts';
import { emptyWallet } from '../../src/wallet/wallet.ts';
import { estateId, testEstate } from '../support/estate.ts';

// The journal forgets after some years, entry by entry: of a day or a month in the midst of that, only a part is left.

const dayMs = 86_400_000;
const soldMs = Date.parse('2026-11-10T04:00:00Z');
const wallet = {
  ...emptyWallet(estateId, 'h1'),
  cashAlone: { date: '2026-11-10', topUpFen: 500, refundFen: 0 },
  budget: { members: {}, spent: { month: '2026-11', totalFen: 1000, byMember: {}, noticed: [] } },
};

test.each([
  [10 * dayMs, ['budget', 'cash-alone']],
  [keptMs - 30 * dayMs, ['budget', 'cash-alone']],
  [keptMs - dayMs, []],
  [keptMs + dayMs, []],
])('%i ms after the day, what is left of it tells: %j', async (afterMs, told) => {
  const estate = await testEstate();
  estate.clockMs = soldMs + afterMs;
  const history = noHistory();
  history.cashAlone.push({ kind: 'cash-top-up', date: '2026-11-10', amountFen: 300 });
  const found = [
    ...(await checkBudget(estate.backend, wallet, history)),
    ...checkCashAlone(estate.backend, wallet, history),
  ];
  expect([...new Set(found.map(({ what }) => what))]).toEqual(told);
});
