import { useText } from '../words/text.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

const words = { zh, en };

/** The words of closing a month, in the reader's language. */
export function useMonthWords(): typeof zh {
  return words[useText().language];
}
