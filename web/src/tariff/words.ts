import { useText } from '../words/text.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

const words = { zh, en };

/** The tariff pages' own words, in the reader's language. */
export function useTariffWords(): typeof zh {
  return words[useText().language];
}
