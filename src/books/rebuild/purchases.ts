import type { RebuildDifference } from '../../../contract/shapes/rebuild.ts';
import { boughtSchema } from '../../../contract/shapes/wallet.ts';
import { fieldDifferences } from '../../charging/verify-session.ts';
import type { Backend } from '../../journal/commit.ts';
import { type Entry, parseEntry } from '../../journal/entry.ts';
import { keys } from '../../shared/keys.ts';
import { startingWith } from '../../shared/keys-read.ts';
import { type Purchase, withoutLapsed } from '../../wallet/purchase.ts';
import type { Wallet } from '../../wallet/wallet.ts';
import { asText } from './compare.ts';

/** What a purchase is from the beginning to its end, whatever is used of it. */
type Terms = Pick<Purchase, 'packageId' | 'tariffVersion' | 'kind' | 'boughtAtMs' | 'validUntilMs'>;

/**
 * The packages in a wallet against the entries that they were bought by: each as it was bought, none that was not, and
 * none missing that was neither given back nor ended long ago. Answers, for those that are used up, what was bought and
 * what is left.
 */
export async function checkPurchases(
  { table, clock }: Pick<Backend, 'table' | 'clock'>,
  { estateId, householdId, purchases, holds }: Wallet,
): Promise<{
  readonly differences: readonly RebuildDifference[];
  readonly packages: Readonly<Record<string, { bought: number; left: number }>>;
}> {
  const { pk, sk } = keys.wallet(estateId, householdId);
  const [bought, returned] = await Promise.all(
    (['purchase', 'purchaseReturned'] as const).map((step) => {
      return table
        .query(startingWith(keys[step](estateId, householdId, '')))
        .then((items) => items.map(parseEntry));
    }),
  );
  const back = new Set((returned ?? []).map((entry) => boughtOf(entry).purchaseId));
  const valid = (bought ?? []).filter((entry) => !back.has(boughtOf(entry).purchaseId));
  const expected = new Map(valid.map((entry) => [boughtOf(entry).purchaseId, entry]));
  const differences: RebuildDifference[] = [];
  const packages: Record<string, { bought: number; left: number }> = {};
  const different = (place: string, recorded: unknown, recomputed: unknown) =>
    differences.push({
      ...{ what: 'purchase', of: householdId, where: `${pk}|${sk} purchases.${place}` },
      ...{ recorded: asText(recorded), recomputed: asText(recomputed) },
    });
  for (const [purchaseId, purchase] of Object.entries(purchases)) {
    const entry = expected.get(purchaseId);
    if (entry === undefined) {
      // One that is over pays for nothing, and its entry may be forgotten.
      if (purchase.validUntilMs > clock.now()) different(purchaseId, purchase, undefined);
      continue;
    }
    for (const { path, recorded, recomputed } of fieldDifferences(termsIn(purchase), termsOf(entry)))
      different(`${purchaseId}.${path}`, recorded, recomputed);
    if (purchase.kind !== 'days')
      packages[`${householdId}|${purchaseId}`] = { bought: boughtOf(entry).amount, left: purchase.left };
  }
  const inWallet = Object.fromEntries(
    [...expected].map(([purchaseId, entry]) => [purchaseId, { ...termsOf(entry), left: 0 }]),
  );
  for (const [purchaseId, terms] of Object.entries(
    withoutLapsed(inWallet, Object.values(holds), clock.now()),
  ))
    if (!Object.hasOwn(purchases, purchaseId)) different(purchaseId, undefined, terms);
  return { differences, packages };
}

const boughtOf = (entry: Entry) => boughtSchema.parse(entry.facts);

function termsOf(entry: Entry): Terms {
  const { packageId, tariffVersion, kind, validUntilMs } = boughtOf(entry);
  return { packageId, tariffVersion, kind, boughtAtMs: entry.receivedAtMs, validUntilMs };
}

function termsIn({ packageId, tariffVersion, kind, boughtAtMs, validUntilMs }: Purchase): Terms {
  return { packageId, tariffVersion, kind, boughtAtMs, validUntilMs };
}
