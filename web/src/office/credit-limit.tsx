import { useState } from 'react';
import type { Wallet } from '../../../contract/shapes/wallet-shown.ts';
import { Done, Send, TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { useAction } from '../parts/use-loaded.ts';
import type { WalletApi } from '../wallet/wallet-api.ts';
import { fenOfText, textOfFen } from '../words/amount.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText } from '../words/text.ts';
import { useOfficeWords } from './words.ts';

interface CreditLimitProps {
  readonly api: WalletApi;
  readonly wallet: Wallet;
  readonly onChanged: () => void;
}

/** How far below zero a household may charge. */
export function CreditLimit({ api, wallet, onChanged }: CreditLimitProps) {
  const words = useOfficeWords();
  const { text } = useText();
  const [typed, setTyped] = useState(textOfFen(wallet.creditLimitFen));
  const limitFen = fenOfText(typed);
  const { action, run } = useAction(async (requestId, creditLimitFen: number) => {
    const after = await api.setCreditLimit(requestId, creditLimitFen);
    onChanged();
    return after;
  });
  return (
    <form
      className="group"
      noValidate
      data-testid="credit-limit"
      onSubmit={(event) => {
        event.preventDefault();
        if (limitFen !== undefined) run(limitFen);
      }}
    >
      <div className="fields">
        <TextField
          label={words.credit}
          name="credit-limit"
          kind="decimal"
          unit={text.yuan}
          hint={words.creditHint}
          value={typed}
          problem={limitFen === undefined ? words.creditProblem : undefined}
          onChange={setTyped}
        />
      </div>
      <Send action={action} secondary>
        {words.saveCredit}
      </Send>
      {action.state === 'done' &&
        (action.value.awaiting === undefined ? (
          <Done>{words.creditSaved(yuanOfFen(action.value.creditLimitFen))}</Done>
        ) : (
          <p className="note note-problem" role="status" data-testid="credit-waits">
            <Icon of="starting" />
            <span>{words.creditWaits}</span>
          </p>
        ))}
    </form>
  );
}
