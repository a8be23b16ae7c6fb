import { useEffect, useState } from 'react';
import { useText } from '../words/text.ts';
import { Send } from './form.tsx';
import type { Action } from './use-loaded.ts';

interface AskTwiceProps {
  readonly action: Action<unknown>;
  /** What the first button says. */
  readonly ask: string;
  /** What will happen, with the amount where money moves. */
  readonly question: string;
  readonly yes: string;
  readonly onYes: () => void;
}

/** A button whose work is not easily undone: the first touch only asks. */
export function AskTwice({ action, ask, question, yes, onYes }: AskTwiceProps) {
  const { text } = useText();
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    if (action.state === 'done') setAsking(false);
  }, [action]);
  if (!asking)
    return (
      <button type="button" className="button" onClick={() => setAsking(true)}>
        {ask}
      </button>
    );
  return (
    <div className="stack">
      <p role="status">{question}</p>
      <div className="buttons">
        <Send action={action} onClick={onYes}>
          {yes}
        </Send>
        <button type="button" className="button" onClick={() => setAsking(false)}>
          {text.cancel}
        </button>
      </div>
    </div>
  );
}
