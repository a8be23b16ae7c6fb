import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiFailure } from '../../../contract/client.ts';
import type { Loadable } from '../cloud/estate-view.ts';

/** What to show for anything that was thrown on the way to an answer. */
export function failureFrom(thrown: unknown): ApiFailure {
  if (thrown instanceof ApiFailure) return thrown;
  const error = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiFailure({ kind: 'unexpected-answer', error });
}

/** An answer on its way, as what can be shown of it. */
export async function loadable<T>(answer: Promise<T>): Promise<Loadable<T>> {
  try {
    return { state: 'ready', value: await answer };
  } catch (thrown) {
    return { state: 'failed', failure: failureFrom(thrown) };
  }
}

/**
 * Asks whenever `ask` changes, and again on `refresh`. What is shown stays until the next answer: only the first has
 * nothing to show before it. What was read once also stays when asking the same again fails, and `outdated` then says
 * why: a page must not fall to pieces under somebody who pays, because the network was away for a moment.
 */
export function useLoaded<T>(ask: (signal: AbortSignal) => Promise<T>): {
  readonly loaded: Loadable<T>;
  readonly outdated: ApiFailure | undefined;
  readonly refresh: () => void;
} {
  const [loaded, setLoaded] = useState<Loadable<T>>({ state: 'loading' });
  const [outdated, setOutdated] = useState<ApiFailure>();
  const [attempt, setAttempt] = useState(0);
  const answered = useRef<typeof ask>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is what asks again.
  useEffect(() => {
    const abort = new AbortController();
    void loadable(ask(abort.signal)).then((result) => {
      if (abort.signal.aborted) return;
      const isAgain = result.state === 'failed' && answered.current === ask;
      setOutdated(isAgain ? result.failure : undefined);
      if (isAgain) return;
      answered.current = result.state === 'ready' ? ask : undefined;
      setLoaded(result);
    });
    return () => abort.abort();
  }, [ask, attempt]);
  const refresh = useCallback(() => setAttempt((before) => before + 1), []);
  return { loaded, outdated, refresh };
}

export type Action<T> =
  | { readonly state: 'idle' }
  | { readonly state: 'sending' }
  | { readonly state: 'failed'; readonly failure: ApiFailure }
  | { readonly state: 'done'; readonly value: T };

/**
 * Something that is asked once by a person: while it is on its way it cannot be asked again. The request's id stays the
 * same until it has succeeded, so that sending it again after a lost answer does nothing twice.
 */
export function useAction<T, A extends readonly unknown[]>(
  act: (requestId: string, ...args: A) => Promise<T>,
): { readonly action: Action<T>; readonly run: (...args: A) => void; readonly reset: () => void } {
  const [action, setAction] = useState<Action<T>>({ state: 'idle' });
  const request = useRef<{ id: string; of: string }>(undefined);
  const run = (...args: A) => {
    if (action.state === 'sending') return;
    setAction({ state: 'sending' });
    // Another amount is another request: the same id would be answered with what was done before.
    const of = JSON.stringify(args);
    if (request.current?.of !== of) request.current = { id: crypto.randomUUID(), of };
    void loadable(act(request.current.id, ...args)).then((result) => {
      if (result.state === 'ready') {
        request.current = undefined;
        setAction({ state: 'done', value: result.value });
      } else if (result.state === 'failed') setAction({ state: 'failed', failure: result.failure });
    });
  };
  return { action, run, reset: () => setAction({ state: 'idle' }) };
}

/** Asks again every so often while `wanted`, and as soon as the network is back: for what has no live topic. */
export function useEvery(ms: number, wanted: boolean, ask: () => void): void {
  const newest = useRef(ask);
  useEffect(() => {
    newest.current = ask;
  });
  useEffect(() => {
    if (!wanted) return;
    const again = () => newest.current();
    const timer = setInterval(again, ms);
    addEventListener('online', again);
    return () => {
      clearInterval(timer);
      removeEventListener('online', again);
    };
  }, [ms, wanted]);
}
