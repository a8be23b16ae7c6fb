import { Icon, type IconName } from '../parts/icons.tsx';
import { Problem } from '../parts/shown.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { useOfficeWords } from './words.ts';

type Decision = 'approve' | 'reject';

interface DecideProps {
  readonly decide: (decision: Decision) => Promise<unknown>;
  readonly onDecided: () => void;
}

/** The two buttons of a second person. */
export function Decide({ decide, onDecided }: DecideProps) {
  const words = useOfficeWords();
  const { action, run } = useAction(async (_requestId, decision: Decision) => {
    await decide(decision);
    onDecided();
  });
  const button = (decision: Decision, icon: IconName) => (
    <button
      type="button"
      className="button"
      aria-disabled={action.state === 'sending'}
      onClick={() => run(decision)}
    >
      <Icon of={icon} />
      {words[decision]}
    </button>
  );
  return (
    <>
      <div className="buttons">
        {button('approve', 'check')}
        {button('reject', 'cross')}
      </div>
      {action.state === 'failed' && <Problem failure={action.failure} />}
    </>
  );
}
