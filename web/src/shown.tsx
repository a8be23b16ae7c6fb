import type { ReactNode } from 'react';
import type { Failure } from './client.ts';
import type { Loadable } from './estate-view.ts';
import { Icon } from './icons.tsx';
import { Said } from './said.tsx';
import { useText } from './text.ts';
import type { Words } from './words-zh.ts';

interface ShownProps<T> {
  readonly loadable: Loadable<T>;
  readonly onRetry?: () => void;
  readonly children: (value: T) => ReactNode;
}

/** A part of the page in whichever state it is: being read, failed with its reason, or there. */
export function Shown<T>({ loadable, onRetry, children }: ShownProps<T>) {
  switch (loadable.state) {
    case 'loading':
      return <Loading />;
    case 'failed':
      return <Problem failure={loadable.failure} {...(onRetry === undefined ? {} : { onRetry })} />;
    case 'ready':
      return children(loadable.value);
  }
}

export function Loading() {
  const { text } = useText();
  return (
    <p className="loading" role="status">
      <span className="loading-bar" aria-hidden="true" />
      {text.loading}
    </p>
  );
}

/**
 * What went wrong, in the reader's words, with the error's own name, and what the server said about it, for whoever is
 * asked about it.
 */
export function Problem({ failure, onRetry }: { readonly failure: Failure; readonly onRetry?: () => void }) {
  const { text } = useText();
  const words: Words = text.words.errors;
  return (
    <div className="note note-problem" role="alert" data-testid="problem" data-error={failure.name}>
      <Icon of="fault" />
      <span>
        {Object.hasOwn(words, failure.name) ? words[failure.name] : text.failures[failure.kind]}{' '}
        <code>{failure.name}</code>
        {failure.detail !== undefined && (
          <small className="problem-detail">
            {text.detailLead}
            {text.colon}
            <Said>{failure.detail}</Said>
          </small>
        )}
      </span>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          {text.tryAgain}
        </button>
      )}
    </div>
  );
}
