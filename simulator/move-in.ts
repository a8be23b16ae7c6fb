import { ApiFailure, type Client } from '../contract/client.ts';
import { demoTariff } from './demo-tariff.ts';
import { type CardHolder, type DemoEstate, demoEstates } from './estate.ts';
import { estateRecord, holderRecords, otherHouseholdRecords, structureRecords } from './estate-records.ts';
import type { Visit } from './plan.ts';
import { approve, provision } from './provision.ts';

/** So many card holders of an estate are registered before the first of them comes. */
const FIRST_HOLDERS = 30;
const HOLDERS_AT_ONCE = 15;
const BETWEEN_REQUESTS_REAL_MS = 250;

/**
 * The estates with their prices, and the household that one can sign in to: its pages may be looked at already. Where a
 * demo goes on, the committee's inbox has another address than before, and `second` approves the change.
 */
export async function moveInAccountHolder(
  office: Client,
  second: Client,
  committeeWebhookUrl: string,
): Promise<void> {
  await Promise.all(
    demoEstates.map(async (estate) => {
      await approve(second, estate.estateId, await found(office, estate, committeeWebhookUrl));
      if (estate.accountHolder)
        await provision(office, estate.estateId, holderRecords(estate, [estate.accountHolder]));
    }),
  );
}

async function found(
  office: Client,
  { estateId, ...estate }: DemoEstate,
  committeeWebhookUrl: string,
): Promise<string[]> {
  const waiting = await provision(office, estateId, [estateRecord(estate, committeeWebhookUrl)]);
  try {
    await provision(office, estateId, [demoTariff]);
  } catch (error) {
    // A state that an older demo has begun keeps its prices.
    if (!(error instanceof ApiFailure) || error.error !== 'tariff-immutable') throw error;
  }
  return waiting;
}

/** What is built: without it nothing works. */
export async function build(office: Client): Promise<void> {
  await Promise.all(
    demoEstates.map((estate) => provision(office, estate.estateId, structureRecords(estate))),
  );
}

/** Those who come first, and the card that was lost. Who watches should not wait for a thousand other households. */
export async function moveInFirst(office: Client, visits: readonly Visit[]): Promise<void> {
  await Promise.all(
    demoEstates.map(async (estate) => {
      const holders = inOrder(estate, visits).slice(0, FIRST_HOLDERS);
      await provision(office, estate.estateId, holderRecords(estate, holders));
      await loseCard(office, estate);
    }),
  );
}

/** Everybody else, in the order in which they will come, slowly enough to be in nobody's way. */
export async function moveInOthers(office: Client, visits: readonly Visit[]): Promise<void> {
  const estates = demoEstates.map((estate) => ({
    estate,
    holders: inOrder(estate, visits).slice(FIRST_HOLDERS),
    others: otherHouseholdRecords(estate),
  }));
  for (const { estate, holders } of estates) {
    for (let from = 0; from < holders.length; from += HOLDERS_AT_ONCE) {
      await provision(
        office,
        estate.estateId,
        holderRecords(estate, holders.slice(from, from + HOLDERS_AT_ONCE)),
      );
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_REQUESTS_REAL_MS));
    }
  }
  for (const { estate, others } of estates) await provision(office, estate.estateId, others);
}

function inOrder(estate: DemoEstate, visits: readonly Visit[]): CardHolder[] {
  const coming = visits.filter(({ estateId }) => estateId === estate.estateId).map(({ holder }) => holder);
  return [...new Set([...coming, ...estate.cardHolders])];
}

async function loseCard(office: Client, estate: DemoEstate): Promise<void> {
  try {
    await provision(office, estate.estateId, holderRecords(estate, [estate.lost]));
    await office.call('POST /estates/{estateId}/credentials/{credentialId}/revoke', {
      path: { estateId: estate.estateId, credentialId: estate.lost.credentialId },
    });
  } catch (error) {
    // Revoked by an earlier run: such a card is not granted again.
    if (!(error instanceof ApiFailure) || error.status !== 409) throw error;
  }
}
