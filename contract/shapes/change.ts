import * as z from 'zod/mini';

export const membersSchema = z.record(z.string(), z.unknown());

/** What of an estate's configuration a change is about. */
export const settingKinds = [
  'estate',
  'facility',
  'household',
  'credit',
  'split-rule',
  'charging-board',
  'reader',
  'door-gateway',
  'door-board',
  'sensor',
] as const;
export type SettingKind = (typeof settingKinds)[number];

/** The state, and the outcome of an entry, of what was asked for and not yet decided by a second person. */
export const awaitingApproval = 'awaiting-approval';

const aboutSchema = z.object({
  kind: z.enum(settingKinds),
  id: z.string(),
});

export const factsSchema = z.object({
  changeId: z.string(),
  setting: aboutSchema,
  before: membersSchema,
  after: membersSchema,
});

export const changeStates = ['set', awaitingApproval, 'approved', 'rejected'] as const;
/** What became of a change, or of a card. */
export const changeOutcomes = [...changeStates, 'granted', 'revoked'] as const;

/** A change of the configuration and what became of it; only what changes is in it, and no secrets. */
export const changeShownSchema = z.extend(factsSchema, {
  state: z.enum(changeStates),
  /** The subject of a token. */
  askedBy: z.string(),
  askedAtMs: z.int(),
  decidedBy: z.optional(z.string()),
  decidedAtMs: z.optional(z.int()),
});

export type ChangeShown = z.infer<typeof changeShownSchema>;

/** One line of what was changed in an estate, by whom and when. Only what changes is in it, and no secrets. */
export const auditLineSchema = z.object({
  atMs: z.int(),
  /** The subject of a token. */
  by: z.string(),
  /** What it is about, e.g. `estate`, `sensor`, `credential`; and its name among those. */
  about: z.object({ kind: z.string(), id: z.string() }),
  /** Or what a second person was asked, or has said. */
  outcome: z.enum(changeOutcomes),
  before: membersSchema,
  after: membersSchema,
});

export type AuditLine = z.infer<typeof auditLineSchema>;
