import type { HouseholdMessage } from '../../contract/shapes/live.ts';
import { revisionIn } from '../charging/steps.ts';
import type { Entry } from '../journal/entry.ts';
import { householdsOf } from '../ledger/ledger.ts';
import type { OfficeKind } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import type { Item, Write } from '../shared/table.ts';
import { parseNotice } from '../wallet/notice.ts';
import { orderIn, readOrder, shownOrder } from '../wallet/office-order.ts';
import { live, nothing, type View, type ViewSources } from './view.ts';

/**
 * The postings of an entry: a line of the estate's ledger, and one in the list of each household that they touch. A
 * household's bill that moves no money (paid by a package, or within free minutes) is a line of the ledger too, so that
 * its statement and the energy of its month are whole.
 */
export function ledgerLines(entry: Entry): Write[] {
  const { estateId, receivedAtMs, postings = [] } = entry;
  if (postings.length === 0 && !isHouseholdsBill(entry)) return [];
  const entryId = `${entry.pk}|${entry.sk}`;
  const line = {
    entry: { pk: entry.pk, sk: entry.sk },
    kind: entry.kind,
    atMs: receivedAtMs,
    postings,
  };
  return [
    { put: { ...keys.postingsOfEstate(estateId, receivedAtMs, entryId), ...line }, when: 'always' },
    ...[...householdsOf(postings)].map(
      (householdId): Write => ({
        put: { ...keys.movement(estateId, householdId, receivedAtMs, entryId), ...line },
        when: 'always',
      }),
    ),
  ];
}

function isHouseholdsBill(entry: Entry): boolean {
  const { agreement } = entry.facts as { readonly agreement?: { readonly householdId?: string } };
  return revisionIn(entry) !== undefined && agreement?.householdId !== undefined;
}

/** An order of the office in the estate's list: as both of its steps make it, whichever of them this is about. */
export async function officeView({ table }: ViewSources, entry: Entry, kind: OfficeKind): Promise<View> {
  const { orderId } = orderIn(entry);
  const { asked, decided } = await readOrder(table, entry.estateId, kind, orderId);
  if (asked === undefined) return nothing;
  const order = shownOrder(asked, decided);
  return {
    writes: [
      {
        put: { ...keys.officeList(entry.estateId, asked.receivedAtMs, kind, orderId), ...order },
        when: 'always',
      },
    ],
    live: [live(entry.estateId, 'office', order)],
  };
}

/** A household hears of what is its own on a topic of its own. */
export function noticeView(after: Item): View {
  const { version: _, ...notice } = parseNotice(after);
  const body: HouseholdMessage = { notice };
  return {
    writes: [],
    live: [{ topic: `live/${notice.estateId}/household-${notice.householdId}`, body: { ...body } }],
  };
}
