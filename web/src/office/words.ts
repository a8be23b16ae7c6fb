import { useText } from '../words/text.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

const words = { zh, en };

/** The property office's words, in the reader's language. */
export function useOfficeWords(): typeof zh {
  return words[useText().language];
}
