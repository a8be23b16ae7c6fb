import type { ReactNode } from 'react';
import type { ApiFailure } from '../../../contract/client.ts';
import type { Loadable } from '../cloud/estate-view.ts';
import { useText } from '../words/text.ts';
import type { Words } from '../words/words-zh.ts';
import { Icon } from './icons.tsx';
import { Said } from './said.tsx';

interface ShownProps<T> {
  readonly loadable: Loadable<T>;
  /** Why what is shown could not be read again: whoever shows something says so, so that nothing old passes for new. */
  readonly outdated: ApiFailure | undefined;
  readonly onRetry?: () => void;
  readonly children: (value: T) => ReactNode;
}

/** A part of the page in whichever state it is: being read, failed with its reason, or there. */
export function Shown<T>({ loadable, outdated, onRetry, children }: ShownProps<T>) {
  switch (loadable.state) {
    case 'loading':
      return <Loading />;
    case 'failed':
      return <Problem failure={loadable.failure} {...(onRetry === undefined ? {} : { onRetry })} />;
    case 'ready':
      return (
        <>
          {outdated !== undefined && (
            <Problem failure={outdated} isOldShown {...(onRetry === undefined ? {} : { onRetry })} />
          )}
          {children(loadable.value)}
        </>
      );
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

/** Of these the server alone says what is to be put right; of the others our words say all that a reader needs. */
const tellsWhat = ['tariff-invalid', 'bad-request', 'money-invalid', 'payment-mismatch'];

interface ProblemProps {
  readonly failure: ApiFailure;
  /** What was read before is still on the page, under this. */
  readonly isOldShown?: boolean;
  readonly onRetry?: () => void;
}

/**
 * What went wrong, in the reader's words, with the error's own name, and what the server said about it, for whoever is
 * asked about it.
 */
export function Problem({ failure, isOldShown = false, onRetry }: ProblemProps) {
  const { text } = useText();
  const words: Words = text.words.errors;
  const isKnown = Object.hasOwn(words, failure.error);
  return (
    <div className="note note-problem" role="alert" data-testid="problem" data-error={failure.error}>
      <Icon of="fault" />
      <div>
        {isKnown ? words[failure.error] : text.failures[failure.kind]} <code>{failure.error}</code>
        {isOldShown && <small className="problem-detail">{text.stillShown}</small>}
        {failure.status !== undefined && failure.detail !== undefined && (
          <details className="problem-detail" open={tellsWhat.includes(failure.error) || !isKnown}>
            <summary>{text.detailLead}</summary>
            <Said>{failure.detail}</Said>
          </details>
        )}
      </div>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          {text.tryAgain}
        </button>
      )}
    </div>
  );
}
