import { time } from './key-steps.ts';
import type { Key } from './table.ts';

/** Keys of what was changed in an estate's configuration: a part of `keys`, by which all else reaches them. */
export const settingKeys = {
  /** A change of the configuration: made or asked for, and decided by a second person. */
  settingChange: (estateId: string, changeId: string, step: 'asked' | 'decided'): Key => ({
    pk: `SETTING#${estateId}#${changeId}`,
    sk: step.toUpperCase(),
  }),
  /** Which changes wait for a second person, and how many have been asked for. */
  settingsWaiting: (estateId: string): Key => ({ pk: `SETTINGS#${estateId}`, sk: 'WAITING' }),
  /** A line of the list of what was changed, and by whom. */
  auditOfEstate: (estateId: string, atMs: number, entryId: string): Key => ({
    pk: `ESTATE#${estateId}#AUDIT`,
    sk: `${time(atMs)}#${entryId}`,
  }),
  /** The lines up to one of them, with it. */
  auditUpTo: (estateId: string, line = '~') => ({
    pk: `ESTATE#${estateId}#AUDIT`,
    between: ['0', line] as const,
  }),
} as const;
