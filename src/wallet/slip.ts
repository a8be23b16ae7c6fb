import * as z from 'zod/mini';
import type { slipSchema } from '../../contract/shapes/office.ts';
import { type Backend, record } from '../journal/commit.ts';
import { digest, draft, type Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import type { OfficeKind } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import { wallClock } from '../shared/local-time.ts';
import { readShown } from './office.ts';

export type Slip = z.infer<typeof slipSchema>;
type CashKind = Extract<OfficeKind, Slip['kind']>;

const householdSchema = z.object({ building: z.string(), unit: z.string() });

/** The slip of cash that was booked. Throws `not-found`, and `not-booked` while or because no money was moved. */
export async function slipOf(
  { table, registry }: Pick<Backend, 'table' | 'registry'>,
  estateId: string,
  kind: CashKind,
  orderId: string,
): Promise<Slip> {
  const order = await readShown({ table }, estateId, kind, orderId);
  if (order.balanceAfterFen === undefined)
    throw new DomainError('not-booked', `No money was moved: it is ${order.state}`);
  const [estate, [household, printed]] = await Promise.all([
    registry.estate(estateId),
    table.get([
      keys.household(estateId, order.householdId),
      keys.officeOrder(estateId, kind, orderId, 'printed'),
    ]),
  ]);
  const { date, minute } = wallClock(order.decidedAtMs ?? order.askedAtMs, estate.timeZone);
  const clock = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return {
    number: numberOf(estateId, kind, orderId),
    kind,
    orderId,
    estate: estate.name,
    householdId: order.householdId,
    ...householdSchema.parse(household),
    amountFen: order.amountFen,
    balanceAfterFen: order.balanceAfterFen,
    bookedAt: `${date} ${clock}`,
    bookedBy: order.askedBy,
    ...(order.decidedBy === undefined ? {} : { approvedBy: order.decidedBy }),
    copy: printed !== undefined,
  };
}

/** The slip, to be printed now: the first one is the original, every other one says that it is a copy. */
export async function printSlip(
  backend: Backend,
  origin: Origin,
  kind: CashKind,
  orderId: string,
): Promise<Slip> {
  const slip = await slipOf(backend, origin.estateId, kind, orderId);
  const { recorded } = await record(backend, async () => ({
    entry: draft(
      keys.officeOrder(origin.estateId, kind, orderId, 'printed'),
      { ...origin, fact: `print ${kind} ${orderId}` },
      { kind: 'slip-printed', outcome: 'printed', facts: { orderId, number: slip.number } },
    ),
  }));
  return { ...slip, copy: recorded !== 'now' };
}

function numberOf(estateId: string, kind: OfficeKind, orderId: string): string {
  const text = digest(`${estateId} ${kind} ${orderId}`).slice(0, 8).toUpperCase();
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

const titles = {
  'cash-top-up': { zh: '现金充值凭条', en: 'Cash top-up' },
  'cash-refund': { zh: '现金退款凭条', en: 'Cash refund' },
} as const;

/** Its only style, by whose hash a browser knows it: web/page-headers.ts. */
export const slipStyle = `
@page { size: 58mm auto; margin: 3mm }
body { font: 11pt/1.4 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 99mm; margin: 0 auto; color: #000 }
h1 { font-size: 14pt; margin: 0 } p { margin: 2mm 0 } .amount { font-size: 20pt; font-weight: 700 }
.copy { border: 2px solid; padding: 1mm 2mm; font-weight: 700; text-align: center }
dt { font-size: 8pt } dd { margin: 0 0 1.5mm; overflow-wrap: anywhere }
`;

/** The slip as a page that prints itself on paper of 58 mm, or in a corner of A6; both languages, large figures. */
export function slipPage(slip: Slip): string {
  const title = titles[slip.kind];
  const rows: readonly (readonly [zh: string, en: string, value: string])[] = [
    ['编号', 'Number', slip.number],
    ['小区', 'Estate', `${slip.estate.zh} ${slip.estate.en}`],
    ['住户', 'Household', `${slip.building}-${slip.unit} (${slip.householdId})`],
    ['时间', 'Time', slip.bookedAt],
    ['经办', 'Booked by', slip.bookedBy],
    ...(slip.approvedBy === undefined ? [] : [['复核', 'Approved by', slip.approvedBy] as const]),
    ['余额', 'Balance after', yuan(slip.balanceAfterFen)],
  ];
  const lines = rows.map(([zh, en, value]) => `<dt>${zh} ${en}</dt><dd>${escaped(value)}</dd>`).join('\n');
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>${title.zh} ${escaped(slip.number)}</title>
<style>${slipStyle}</style>
<h1>${title.zh}<br>${title.en}</h1>
${slip.copy ? '<p class="copy">副本 COPY</p>\n' : ''}<p class="amount">${yuan(slip.amountFen)}</p>
<dl>
${lines}
</dl>
<p>未用余额可退。<br>What is not used is paid back on request.</p>
</html>
`;
}

function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}¥${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
