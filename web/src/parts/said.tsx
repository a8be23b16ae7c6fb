import { createElement, Fragment } from 'react';
import { type Language, useText } from '../words/text.ts';

/** What stands in the letters of the other language, with the spaces and marks inside of it. */
const foreign: Readonly<Record<Language, RegExp>> = {
  zh: /([A-Za-z][A-Za-z0-9 ,.;:'’“”()/_-]*[A-Za-z0-9.)])/u,
  en: /([\p{Script=Han}，。；：！？、（）《》]+)/u,
};
const tags: Readonly<Record<Language, string>> = { zh: 'en', en: 'zh-CN' };

/**
 * A text that is not, or not all, the page's own: with a person's name in it, or in the server's words. What is in the
 * other language is marked as such, so that it is read aloud by the right voice.
 */
export function Said({ children }: { readonly children: string }) {
  const { language } = useText();
  // Split by one group, every second piece is what matched.
  const pieces = children
    .split(foreign[language])
    .map((piece, index) =>
      index % 2 === 1 ? createElement('span', { lang: tags[language] }, piece) : piece,
    );
  return createElement(Fragment, null, ...pieces);
}
