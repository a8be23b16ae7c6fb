import { createContext, useContext } from 'react';
import type { Name } from '../../../contract/shapes/name.ts';
import { en } from './text-en.ts';
import { type Text, zh } from './text-zh.ts';

export type Language = keyof Name;

export const texts: Readonly<Record<Language, Text>> = { zh, en };

const rememberedAs = 'pengyou.language';

/** The reader's last choice, else the first of the browser's languages that the page speaks, else Chinese. */
export function firstLanguage(): Language {
  const remembered = localStorage.getItem(rememberedAs);
  if (remembered === 'zh' || remembered === 'en') return remembered;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return spoken.find((tag) => tag === 'zh' || tag === 'en') === 'en' ? 'en' : 'zh';
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(rememberedAs, language);
}

export const LanguageContext = createContext<Language>('zh');

/** The page's words, and the choice between two names, in the reader's language. */
export function useText(): { language: Language; text: Text; name: (names: Name) => string } {
  const language = useContext(LanguageContext);
  return { language, text: texts[language], name: (names) => names[language] };
}

/** A word that a device or the server chose: translated where the page knows it, shown as it is where not. */
export function wordFor(words: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word;
}
