import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Everything random in the simulator comes from one of these, so that a seed tells a whole evening. */
export interface Random {
  /** A whole number, both bounds included. */
  int(from: number, to: number): number;
  /** 0 (included) to 1 (excluded). */
  fraction(): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** A stream of its own for each seed and purpose: one more draw in one place then changes nothing elsewhere. */
export function seededRandom(seed: number, purpose = ''): Random {
  const generator = xoroshiro128plus(mix(seed, purpose));
  const int = (from: number, to: number) => uniformInt(generator, from, to);
  const fraction = () => uniformFloat32(generator);
  return {
    int,
    fraction,
    chance: (probability) => fraction() < probability,
    pick: (list) => {
      const item = list[int(0, list.length - 1)];
      if (item === undefined) throw new Error('Nothing to pick from an empty list');
      return item;
    },
  };
}

/** FNV-1a over the purpose, begun at the seed. */
function mix(seed: number, purpose: string): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (const byte of Buffer.from(purpose)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
