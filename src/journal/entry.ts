import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { RefusalReason } from '../../contract/words/words.ts';
import type { CardVault } from '../devices/card-vault.ts';
import { type Posting, postingSchema } from '../ledger/ledger.ts';
import type { Item, Key } from '../shared/table.ts';
import { type EntryKind, type FactsOf, keptDays, plainKinds } from './kinds.ts';
import type { Outgoing } from './outbox.ts';

/** Whose everything is that belongs to no estate: operators see it. */
export const nobodysEstate = '-';

/** Where an entry came from: a device's message, a person's request, or a timer that was due. */
export interface Origin {
  readonly estateId: string;
  readonly deviceId: string;
  readonly receivedAtMs: number;
  readonly occurredAtMs?: number | undefined;
  /** The MQTT topic, `api` or `sweep`. */
  readonly topic: string;
  /** The broker's own word of who sent it, or the token's subject. */
  readonly sender: string;
  readonly payload: Uint8Array;
  /** What was said, apart from how it was wrapped: two deliveries with the same text are the same fact. */
  readonly fact: string;
}

/** A timer says nothing of its own: `fact` is what it was for, so that it takes effect once. */
export function timerOrigin(
  of: { readonly estateId: string; readonly deviceId: string },
  nowMs: number,
  fact: string,
): Origin {
  const { estateId, deviceId } = of;
  const payload = new Uint8Array();
  return { estateId, deviceId, receivedAtMs: nowMs, topic: 'sweep', sender: 'sweep', payload, fact };
}

/**
 * One accepted fact with all that followed from it: idempotency key, audit trail, outbox and replay source in one
 * item, written in the same transaction as the aggregates that it changes.
 */
export interface Entry extends Key {
  readonly type: 'entry';
  readonly kind: EntryKind;
  readonly estateId: string;
  readonly deviceId: string;
  readonly receivedAtMs: number;
  readonly occurredAtMs?: number | undefined;
  readonly topic: string;
  readonly sender: string;
  /** `sealed:<…>`, or `plain:<base64>` for a kind that carries no card number. */
  readonly raw: string;
  /** Tells a repeated delivery from another fact under the same identity; keyed, since the fact may name a card. */
  readonly digest: string;
  readonly outcome: string;
  /** Set when a person or device was refused what it asked for: these are counted and shown. */
  readonly refusal?: string | undefined;
  /** What was decided on and what came of it, for whoever reads or folds the journal. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly postings?: readonly Posting[] | undefined;
  /** Sealed commands, and until when any of them may still be sent. */
  readonly outbox?: string | undefined;
  readonly outboxUntilMs?: number | undefined;
  readonly expiresAtS: number;
}

export const entrySchema = z.looseObject({
  pk: z.string(),
  sk: z.string(),
  type: z.literal('entry'),
  /** Not looked up: one that a later version has written is nothing to any reader here, and no error. */
  kind: z.custom<EntryKind>((kind) => typeof kind === 'string'),
  estateId: z.string(),
  deviceId: z.string(),
  receivedAtMs: z.int(),
  occurredAtMs: z.optional(z.int()),
  topic: z.string(),
  sender: z.string(),
  raw: z.string(),
  digest: z.string(),
  outcome: z.string(),
  refusal: z.optional(z.string()),
  facts: z.record(z.string(), z.unknown()),
  postings: z.optional(z.array(postingSchema)),
  outbox: z.optional(z.string()),
  outboxUntilMs: z.optional(z.int()),
  expiresAtS: z.int(),
});

/** Reads an entry back. Throws when the item is no entry: a defect, never a device's fault. */
export function parseEntry(item: Item): Entry {
  return entrySchema.parse(item);
}

const day = 86_400;

export interface EntryContent {
  readonly kind: EntryKind;
  readonly outcome: string;
  readonly refusal?: RefusalReason | undefined;
  readonly facts?: object | undefined;
  readonly postings?: readonly Posting[];
  readonly commands?: readonly Outgoing[];
}

/** A kind with the facts that belong to it; of several kinds, each with its own. */
type Told<K extends EntryKind> = K extends EntryKind
  ? { readonly kind: K } & (undefined extends FactsOf[K]
      ? { readonly facts?: FactsOf[K] }
      : { readonly facts: FactsOf[K] })
  : never;

const sealedMark = 'sealed:';

/**
 * The same entry under a new seal, so that it is like no other in the table: not even like itself, read there a moment
 * ago. A plain one stays as it is. Throws what the vault throws.
 */
export function sealedAnew(entry: Entry, vault: CardVault): Entry {
  if (!entry.raw.startsWith(sealedMark)) return entry;
  return { ...entry, raw: sealedMark + vault.seal(vault.open(entry.raw.slice(sealedMark.length))) };
}

/** A fact as it was decided on; `record` seals it. */
export interface Draft {
  readonly key: Key;
  readonly origin: Origin;
  readonly content: EntryContent;
}

export const draft = <K extends EntryKind>(
  key: Key,
  origin: Origin,
  content: EntryContent & Told<K>,
): Draft => ({ key, origin, content });

/**
 * The entry that stands, for a request that was carried out before and is answered as it stands. Its digest is that of
 * what is asked now, so that it is the same fact however it was wrapped. Throws when the item is no entry.
 */
export function standingFor(item: Item, { fact }: Pick<Origin, 'fact'>, vault: CardVault): Entry {
  return { ...parseEntry(item), digest: vault.mac(fact) };
}

/** Makes the journal item of one fact. Pure but for the vault's nonce. */
export function sealed({ key, origin, content }: Draft, vault: CardVault): Entry {
  const { payload, fact, ...from } = origin;
  const base64 = Buffer.from(payload).toString('base64');
  const commands = content.commands ?? [];
  return {
    ...key,
    type: 'entry',
    kind: content.kind,
    ...from,
    raw: plainKinds.has(content.kind) ? `plain:${base64}` : `${sealedMark}${vault.seal(base64)}`,
    digest: vault.mac(fact),
    outcome: content.outcome,
    ...(content.refusal === undefined ? {} : { refusal: content.refusal }),
    facts: { ...content.facts },
    ...(content.postings === undefined || content.postings.length === 0
      ? {}
      : { postings: content.postings }),
    ...(commands.length === 0
      ? {}
      : { outbox: vault.seal(JSON.stringify(commands)), outboxUntilMs: lastExpiry(commands) }),
    expiresAtS: Math.floor(origin.receivedAtMs / 1000) + keptDays(content.kind) * day,
  };
}

/** The payload of a sealed entry. Throws what the vault throws. */
export function payloadOf({ raw }: Pick<Entry, 'raw'>, vault: CardVault): Buffer {
  return Buffer.from(vault.open(raw.slice(sealedMark.length)), 'base64');
}

/** The commands of an entry, as they were decided. */
export function commandsOf(entry: Pick<Entry, 'outbox'>, vault: CardVault): Outgoing[] {
  return entry.outbox === undefined ? [] : (JSON.parse(vault.open(entry.outbox)) as Outgoing[]);
}

export function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

function lastExpiry(commands: readonly Outgoing[]): number {
  return Math.max(...commands.map(({ command }) => ('expiresAtMs' in command ? command.expiresAtMs : 0)));
}
