import type { SettingKind } from '../../contract/shapes/change.ts';
import type { Item, Write } from '../shared/table.ts';
import type { Members } from './weigh.ts';

/** One part of an estate's configuration: an item that people write, and that is journalled and weighed as a whole. */
export interface Setting {
  readonly kind: SettingKind;
  /** Unique among those of its kind in the estate. */
  readonly id: string;
  /** As it stands in the table now. */
  read(): Promise<Standing>;
  /** What follows a write that was committed; carried out again where a repetition finds it written. */
  readonly follow?: () => Promise<void>;
}

export interface Standing {
  /** Undefined: it is not there yet. */
  readonly members: Members | undefined;
  /** What holds where a member is absent. */
  readonly defaults?: Members;
  /** Counts its changes. */
  readonly version: number;
  /** The writes that make it so, under the version at which it was read. Throws what forbids it. */
  write(members: Members): Promise<readonly Write[]> | readonly Write[];
}

/** Members that are kept on an item beside its key; the rest of it is left as it stands. */
export function membersOn(item: Item | undefined, names: readonly string[]): Members | undefined {
  if (item === undefined) return undefined;
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

/** The item with these members, and no others of their names, over what was read, and only over that. */
export function putMembers(existing: Item | undefined, names: readonly string[], put: Item & Members): Write {
  const kept = Object.entries(existing ?? {}).filter(([name]) => name !== 'version' && !names.includes(name));
  // What was written before configuration had versions has none yet.
  const version = existing === undefined ? undefined : (existing.version ?? 'none');
  return { put: { ...Object.fromEntries(kept), ...put }, when: { version } };
}
