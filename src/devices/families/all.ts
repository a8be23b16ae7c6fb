import type { BrokerPart, Family } from '../family.ts';
import * as juy from './juy/family.ts';
import * as pengyou from './pengyou/family.ts';
import * as uhppoted from './uhppoted/family.ts';

/**
 * The families of devices; nothing else knows one by its name. A new one is an import and its word in both lists, which
 * stand apart so that a function carries only the one that it reads: docs/devices/adding-a-family.md.
 */
export const families: readonly Family[] = [juy.family, uhppoted.family, pengyou.family];
export const brokerParts: readonly BrokerPart[] = [juy.broker, uhppoted.broker, pengyou.broker];

/** Throws for a name that no family has: it stood with a device, and its family was taken out. */
export const familyOf = (name: string): Family => called(name, families);
export const brokerPartOf = (name: string): BrokerPart => called(name, brokerParts);

function called<T extends { readonly name: string }>(name: string, all: readonly T[]): T {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`There is no family ${name}`);
  return found;
}
