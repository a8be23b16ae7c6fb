import { isDeepStrictEqual } from 'node:util';
import type { SettingKind } from '../../contract/shapes/change.ts';
import { needsSecondPerson } from './rules.ts';

/** Members of a part of the configuration by their names; one that is not there is absent. */
export type Members = Readonly<Record<string, unknown>>;

/** What changes, and nothing else: a member that was not there is absent before, one that goes is absent after. */
export interface Difference {
  readonly before: Members;
  readonly after: Members;
}

/** What is written over what stands: absent keeps, null removes. */
export function merged(before: Members, wanted: Members): Members {
  const after = { ...before };
  for (const [member, value] of Object.entries(wanted)) {
    if (value === null) delete after[member];
    else if (value !== undefined) after[member] = value;
  }
  return after;
}

export const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);

/** The members that differ; undefined where none does. */
export function differenceOf(before: Members, after: Members): Difference | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (member) => !isSame(before[member], after[member]),
  );
  return names.length === 0 ? undefined : { before: only(before, names), after: only(after, names) };
}

/** A change, parted by who may make it. */
export interface Weighed {
  /** As it is to be now: what loosens is as it was. */
  readonly now: Members;
  readonly changes: Difference | undefined;
  /** What waits for a second person. */
  readonly waits: Difference | undefined;
}

/** `defaults` are what holds where a member is absent. */
export function weigh(kind: SettingKind, before: Members, defaults: Members, wanted: Members): Weighed {
  const after = merged(before, wanted);
  const effective = (members: Members, member: string) => members[member] ?? defaults[member];
  const { after: changed = {}, before: was = {} } = differenceOf(before, after) ?? {};
  const waiting = [...new Set([...Object.keys(was), ...Object.keys(changed)])].filter((member) =>
    needsSecondPerson(kind, member, effective(before, member), effective(after, member)),
  );
  const now = { ...after };
  for (const member of waiting) {
    delete now[member];
    if (before[member] !== undefined) now[member] = before[member];
  }
  return { now, changes: differenceOf(before, now), waits: differenceOf(now, after) };
}

function only(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(
    names.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]]])),
  );
}
