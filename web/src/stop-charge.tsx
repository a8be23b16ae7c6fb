import type { ChargeSummary as Charge } from '../../contract/shapes/charge.ts';
import type { Api } from './api.ts';
import { AskTwice } from './ask-twice.tsx';
import { Done } from './form.tsx';
import { useText } from './text.ts';
import { useAction } from './use-loaded.ts';

interface StopChargeProps {
  readonly api: Api;
  readonly estateId: string;
  readonly charge: Charge;
}

/** Ends a charge that runs. Who started one at the post alone, and pays there, ends it there. */
export function StopCharge({ api, estateId, charge }: StopChargeProps) {
  const { text } = useText();
  const { action, run } = useAction(() => api.stop(estateId, charge.chargeId));
  if (charge.startedBy === 'local' || charge.endedAtMs !== undefined) return null;
  if (action.state === 'done') return <Done>{text.stopAsked}</Done>;
  return (
    <AskTwice
      action={action}
      ask={text.stopCharge}
      question={text.stopQuestion}
      yes={text.stopYes}
      onYes={run}
    />
  );
}
