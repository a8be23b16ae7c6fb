import type { ReactNode } from 'react';
import type { Failure } from './api.ts';
import type { Loadable } from './estate-view.ts';
import { Icon } from './icons.tsx';
import { useText } from './text.ts';

interface ShownProps<T> {
  readonly loadable: Loadable<T>;
  readonly onRetry?: () => void;
  readonly children: (value: T) => ReactNode;
}

/** A part of the page in whichever state it is: being read, failed with its reason, or there. */
export function Shown<T>({ loadable, onRetry, children }: ShownProps<T>) {
  const { text } = useText();
  switch (loadable.state) {
    case 'loading':
      return (
        <p className="loading" role="status">
          <span className="loading-bar" aria-hidden="true" />
          {text.loading}
        </p>
      );
    case 'failed':
      return <Problem failure={loadable.failure} {...(onRetry === undefined ? {} : { onRetry })} />;
    case 'ready':
      return children(loadable.value);
  }
}

/** What went wrong, in the reader's words, with the error's own name for whoever is asked about it. */
export function Problem({ failure, onRetry }: { readonly failure: Failure; readonly onRetry?: () => void }) {
  const { text } = useText();
  return (
    <div className="note note-problem" role="alert">
      <Icon of="fault" />
      <span>
        {text.failures[failure.kind]} <code>{failure.name}</code>
      </span>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          {text.tryAgain}
        </button>
      )}
    </div>
  );
}
