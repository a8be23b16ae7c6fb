import type { SessionSummary as Session } from '../../../contract/shapes/session.ts';
import type { Api } from '../cloud/api.ts';
import { AskTwice } from '../parts/ask-twice.tsx';
import { Done } from '../parts/form.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { useText } from '../words/text.ts';

interface StopSessionProps {
  readonly api: Api;
  readonly estateId: string;
  readonly session: Session;
}

/** Ends a session that runs. Who started one at the post alone, and pays there, ends it there. */
export function StopSession({ api, estateId, session }: StopSessionProps) {
  const { text } = useText();
  const { action, run } = useAction(() => api.stop(estateId, session.sessionId));
  if (session.startedBy === 'local' || session.endedAtMs !== undefined) return null;
  if (action.state === 'done') return <Done>{text.stopAsked}</Done>;
  return (
    <AskTwice
      action={action}
      ask={text.stopSession}
      question={text.stopQuestion}
      yes={text.stopYes}
      onYes={run}
    />
  );
}
