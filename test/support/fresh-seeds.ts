import { createHash } from 'node:crypto';

const many = 12;

/**
 * The seeds that are new today: a dozen, from one that follows from the date (UTC), so that over the days many more are
 * run than anybody has chosen. `PENGYOU_SEEDS=<first>x<how many>` runs others, such as those of a day that failed.
 * Throws RangeError for a setting of another form.
 */
export function freshSeeds(setting: string | undefined, nowMs: number): number[] {
  const [first, count] = setting === undefined ? [firstOf(nowMs), many] : given(setting);
  return Array.from({ length: count }, (_, index) => first + index);
}

function firstOf(nowMs: number): number {
  const date = new Date(nowMs).toISOString().slice(0, 10);
  return (createHash('sha256').update(date).digest().readUInt32BE() >>> 1) + 1;
}

function given(setting: string): readonly [first: number, count: number] {
  const match = /^(\d{1,10})x(\d{1,5})$/.exec(setting);
  if (match === null) throw new RangeError(`PENGYOU_SEEDS is not <first>x<how many>: ${setting}`);
  return [Number(match[1]), Number(match[2])];
}
