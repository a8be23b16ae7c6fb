/** Where the focus may come to rest when what had it is gone: parts of a page that have a name or a place in it. */
const restingPlaces = 'section, form, li, main';

/**
 * Keeps the keyboard's place. A button that does its work is often gone afterwards, and the browser then starts again
 * at the top of the page. Here the focus goes to the nearest part that the button was in and that is still there.
 */
export function keepFocus(root: HTMLElement): void {
  let around: readonly Element[] = [];
  root.addEventListener('focusin', ({ target }) => {
    around = target instanceof Element ? [...ancestors(target)] : [];
  });
  new MutationObserver(() => {
    const [last] = around;
    // Whoever clicks beside everything has left by choice: what had the focus is still there.
    if (last === undefined || last.isConnected || document.activeElement !== document.body) return;
    const rest = around.find((element) => element.isConnected && element.matches(restingPlaces));
    const place = rest ?? root.querySelector('main');
    if (!(place instanceof HTMLElement)) return;
    if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true });
}

function* ancestors(element: Element): Generator<Element> {
  for (let at: Element | null = element; at !== null; at = at.parentElement) yield at;
}
