import type * as z from 'zod/mini';
import type { factsSchema } from '../../contract/shapes/change.ts';
import type { boughtSchema, noticeSchema } from '../../contract/shapes/wallet.ts';
import type { BoardAlarm, BoardLogin, GatePass, Settlement } from '../devices/events.ts';
import type { credentialFacts, householdFacts, tariffFacts } from './facts/configuration.ts';
import type { doorFacts } from './facts/door.ts';
import type { acknowledgedFacts, refusedFacts } from './facts/message.ts';
import type { closedMonthFacts } from './facts/month.ts';
import type { officeFacts } from './facts/office.ts';
import type { orderedFacts, paidFacts, refundFacts } from './facts/payment.ts';
import type { Agreement, billFacts, CloseReason, removedFacts } from './facts/session.ts';

/*
 * Every kind of entry, and its facts: what was decided on and what came of it; `undefined`: there may be none. The kinds
 * stand by how long their entries are kept.
 */

/** Money: as long as a bill may be disputed. */
interface MoneyFacts {
  'session-authorised': Agreement;
  'session-start-answered': OfSession;
  'session-stop-answered': OfSession;
  'stop-asked': Pick<OfSession, 'sessionId'>;
  'session-closed': Bill & { readonly reason: CloseReason };
  /** Without a bill where nobody knows its order: then what the board has told is kept. */
  settlement: (Bill & { readonly durationS: number }) | { readonly settlement: Settlement };
  'session-adjusted': Bill;
  'bike-removed': z.infer<typeof removedFacts>;
  'hold-released': { readonly sessionId: string; readonly reason: string; readonly heldFen: number };
  'meter-frame': undefined;
  'tariff-saved': z.infer<typeof tariffFacts>;
  'cash-top-up': z.infer<typeof officeFacts>;
  'cash-refund': z.infer<typeof officeFacts>;
  correction: z.infer<typeof officeFacts>;
  'slip-printed': { readonly orderId: string; readonly number: string };
  'household-changed': z.input<typeof householdFacts>;
  notice: z.infer<typeof noticeSchema>;
  'package-bought': z.infer<typeof boughtSchema>;
  'package-returned': z.infer<typeof boughtSchema>;
  'payment-ordered': z.infer<typeof orderedFacts>;
  'top-up': z.infer<typeof paidFacts>;
  'payment-closed': { readonly householdId: string; readonly orderId: string; readonly provider: string };
  'refund-requested': z.infer<typeof refundFacts>;
  'refund-succeeded': RefundEnded;
  'refund-failed': RefundEnded;
  setting: z.infer<typeof factsSchema>;
  'month-closed': z.infer<typeof closedMonthFacts>;
}

/** Where people went: as short as a dispute about a door needs (personal information law: shortest retention). */
interface MovementFacts {
  swipe: AtDoor;
  'door-passed': AtDoor | undefined;
  'board-swipe': AtDoor;
}

interface OperationFacts {
  'card-at-port': { readonly port: number } | { readonly sessionId: string };
  'balance-asked': undefined;
  'ports-stopped': undefined;
  'board-login': Pick<BoardLogin, 'ports' | 'software'>;
  'prices-sent': ToldPrices & { readonly attempt: number };
  'table-answer': ToldPrices;
  'board-prices': ToldPrices;
  'board-parameters': ToldPrices;
  'door-alarm': DoorEvent;
  'door-event': DoorEvent;
  'board-gap': undefined;
  'credential-granted': z.input<typeof credentialFacts>;
  'credential-revoked': z.input<typeof credentialFacts>;
  'card-list-repeated': undefined;
  smoke: { readonly facilityId: string; readonly alertId?: string } | undefined;
  'evacuation-repeated': undefined;
  'release-repeated': undefined;
  'alert-acknowledged': { readonly alertId: string; readonly by: string };
  corridor:
    | {
        readonly caseId: string | undefined;
        readonly state: string;
        readonly also: string | undefined;
        readonly sightings: number;
      }
    | undefined;
  'command-acknowledged': z.infer<typeof acknowledgedFacts>;
  'gate-pass': Pick<GatePass, 'direction' | 'vehicle'>;
}

interface RefusalFacts {
  refused: z.infer<typeof refusedFacts>;
}

export interface FactsOf extends MoneyFacts, MovementFacts, OperationFacts, RefusalFacts {}

export type EntryKind = keyof FactsOf;

interface OfSession {
  readonly sessionId: string;
  readonly port: number;
}
type Bill = Required<Pick<z.infer<typeof billFacts>, 'agreement' | 'receipt'>>;
type AtDoor = z.infer<typeof doorFacts> & { readonly direction: 'in' | 'out' };
type RefundEnded = Omit<z.infer<typeof refundFacts>, 'reason'> & { readonly said: string };
type DoorEvent = Pick<BoardAlarm, 'door' | 'alarm' | 'reasonCode'>;
interface ToldPrices {
  readonly tariffVersion?: string;
}

/** How long entries are kept, in days. */
export const retentionDays = { money: 1095, movement: 90, operation: 180, refusal: 30 } as const;

const { money, movement, operation, refusal } = retentionDays;

const shorter: Readonly<Record<Exclude<EntryKind, keyof MoneyFacts>, number>> = {
  'card-at-port': operation,
  'balance-asked': operation,
  'ports-stopped': operation,
  'board-login': operation,
  'prices-sent': operation,
  'table-answer': operation,
  'board-prices': operation,
  'board-parameters': operation,
  swipe: movement,
  'door-passed': movement,
  'board-swipe': movement,
  'door-alarm': operation,
  'door-event': operation,
  'board-gap': operation,
  'credential-granted': operation,
  'credential-revoked': operation,
  'card-list-repeated': operation,
  smoke: operation,
  'evacuation-repeated': operation,
  'release-repeated': operation,
  'alert-acknowledged': operation,
  corridor: operation,
  'command-acknowledged': operation,
  'gate-pass': operation,
  refused: refusal,
};

/** How long an entry of a kind is kept, in days. */
export function keptDays(kind: EntryKind): number {
  const kept: Readonly<Partial<Record<EntryKind, number>>> = shorter;
  return kept[kind] ?? money;
}

/**
 * Kinds whose raw message never carries a card number, and which are read again without the key. All others are sealed,
 * so that a new kind, or a board that says more than we know of, puts no card number into the table.
 */
export const plainKinds: ReadonlySet<EntryKind> = new Set<EntryKind>(['meter-frame']);
