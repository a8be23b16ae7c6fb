import { expect, test } from 'vitest';
import { creditSetting } from '../../src/wallet/credit.ts';
import { deposit } from '../../src/wallet/wallet.ts';
import { putWallet } from '../../src/wallet/wallet-store.ts';
import { officeEstate, testOffice } from '../support/money.ts';
import { refused } from '../support/office-orders.ts';
import { credit } from '../support/spending.ts';

test('a credit limit may be taken away altogether, and what is paid in stays', async () => {
  const desk = await testOffice();
  await desk.change((wallet) => deposit(wallet, 70));
  await credit(desk, 'request-1', 500);
  await credit(desk, 'request-2', 0);
  expect(await desk.wallet()).toMatchObject({ balanceFen: 70, creditLimitFen: 0 });
});

test('a credit limit is read under the state of its wallet, and written over that alone', async () => {
  const desk = await testOffice();
  const setting = creditSetting(desk.office, officeEstate, 'h1');
  expect(setting).toMatchObject({ kind: 'credit', id: 'h1' });
  expect(await setting.read()).toMatchObject({ members: { creditLimitFen: 0 }, version: 0 });
  await desk.change((wallet) => ({ ...wallet, creditLimitFen: 300 }));
  const { members, version, write } = await setting.read();
  expect([members, version]).toEqual([{ creditLimitFen: 300 }, 1]);
  expect(await write({ creditLimitFen: 200 })).toEqual([
    putWallet({ ...(await desk.wallet()), creditLimitFen: 200 }),
  ]);
  await expect(creditSetting(desk.office, officeEstate, 'h9').read()).rejects.toMatchObject({
    error: 'not-found',
  });
});

test.each([10_000_001, -1])(
  'a credit limit of %d fen waits for nobody: it is refused at once',
  async (fen) => {
    const desk = await testOffice();
    await refused(desk, () => credit(desk, 'request-1', fen), 'money-invalid');
  },
);
