import { useSyncExternalStore } from 'react';

/** The pages that there are, in the order in which a menu shows them. */
export const pageNames = ['wallet', 'estate', 'tariffs', 'office', 'month'] as const;
export type PageName = (typeof pageNames)[number];

const pagesOfRole: Readonly<Record<string, readonly PageName[]>> = {
  resident: ['wallet'],
  committee: ['estate'],
  manager: ['estate', 'tariffs', 'office', 'month'],
  operator: ['estate', 'tariffs', 'office', 'month'],
};

/** What a person with these roles can open. Who has none that is known gets the estate's page, and there the server's no. */
export function pagesOf(roles: readonly string[]): readonly PageName[] {
  const mine = new Set(roles.flatMap((role) => pagesOfRole[role] ?? []));
  return mine.size === 0 ? ['estate'] : pageNames.filter((page) => mine.has(page));
}

/** `#/tariffs` names a page; any other fragment is a place on the page that is open. */
export function pageOf(hash: string, pages: readonly PageName[]): PageName {
  const named = pages.find((page) => hash === hrefOf(page) || hash.startsWith(`${hrefOf(page)}/`));
  return named ?? pages[0] ?? 'estate';
}

export const hrefOf = (page: PageName): string => `#/${page}`;

/** The page in the address, among those that this person can open. */
export function usePage(pages: readonly PageName[]): PageName {
  return pageOf(useSyncExternalStore(onHashChange, currentRoute), pages);
}

function onHashChange(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** A place on a page is no page: following such a link keeps the page that is open. */
let lastRoute = '';
function currentRoute(): string {
  if (location.hash === '' || location.hash.startsWith('#/')) lastRoute = location.hash;
  return lastRoute;
}
