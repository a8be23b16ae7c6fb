import { useEffect } from 'react';
import { useText } from './text.ts';

/** Names the page in the browser's tab and history: the page's own name before ours, in the reader's language. */
export function useTitle(page?: string): void {
  const { text } = useText();
  useEffect(() => {
    document.title = page === undefined ? text.title : `${page} · ${text.title}`;
  }, [page, text]);
}
