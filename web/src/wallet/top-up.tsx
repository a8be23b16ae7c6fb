import { useCallback, useEffect, useState } from 'react';
import type { Payment } from '../../../contract/shapes/payment.ts';
import type { Provider } from '../../../contract/words/words.ts';
import { Choices, Done, Send, TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { Problem } from '../parts/shown.tsx';
import { useAction, useEvery, useLoaded } from '../parts/use-loaded.ts';
import { Qr } from '../receipt/qr.tsx';
import { fenOfText } from '../words/amount.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import type { WalletApi } from './wallet-api.ts';
import { useWalletWords } from './words.ts';

interface TopUpProps {
  readonly api: WalletApi;
  readonly time: EstateTime;
  readonly onPaid: () => void;
}

const amounts = ['10', '20', '50', '100', 'other'] as const;
const lookAgainMs = 2_000;
/** The most that the server takes at once. */
const mostFen = 100_000;

/** Money into the wallet by the telephone: choose, scan, and see it arrive. */
export function TopUp({ api, time, onPaid }: TopUpProps) {
  const words = useWalletWords();
  const { text } = useText();
  const [chosen, setChosen] = useState<(typeof amounts)[number]>('20');
  const [other, setOther] = useState('');
  const [provider, setProvider] = useState<Provider>('wechat-pay');
  const [tried, setTried] = useState(false);
  const amountFen = fenOfText(chosen === 'other' ? other : chosen);
  const problem = problemOf(words, amountFen);
  const { action, run, reset } = useAction((requestId, fen: number, by: Provider) =>
    api.pay(requestId, fen, by),
  );
  if (action.state === 'done')
    return (
      <Paying key={action.value.orderId} api={api} first={action.value} {...{ time, onPaid }} onEnd={reset} />
    );
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (amountFen !== undefined && problem === undefined) run(amountFen, provider);
      }}
    >
      <Choices
        label={words.howMuch}
        value={chosen}
        options={amounts.map((amount) => [amount, amount === 'other' ? words.otherAmount : `¥${amount}`])}
        onChange={setChosen}
      />
      {chosen === 'other' && (
        <TextField
          label={words.otherAmount}
          name="amount"
          kind="decimal"
          unit={text.yuan}
          value={other}
          problem={tried ? problem : undefined}
          onChange={setOther}
        />
      )}
      <Choices
        label={words.by}
        value={provider}
        options={(['wechat-pay', 'alipay'] as const).map((name) => [name, wordFor(words.providers, name)])}
        onChange={setProvider}
      />
      <Send action={action}>{words.pay}</Send>
    </form>
  );
}

function problemOf(words: ReturnType<typeof useWalletWords>, amountFen: number | undefined) {
  if (amountFen === undefined) return words.amountProblem;
  if (amountFen === 0) return words.atLeast;
  return amountFen > mostFen ? words.atMost(yuanOfFen(mostFen)) : undefined;
}

interface PayingProps extends TopUpProps {
  readonly first: Payment;
  readonly onEnd: () => void;
}

/** Waits for the payer. The provider tells the server; the page only looks again. */
function Paying({ api, first, time, onPaid, onEnd }: PayingProps) {
  const words = useWalletWords();
  const { orderId } = first;
  const { loaded, outdated, refresh } = useLoaded(
    useCallback((signal: AbortSignal) => api.payment(orderId, signal), [api, orderId]),
  );
  const payment = loaded.state === 'ready' ? loaded.value : first;
  const { state, amountFen, qrText } = payment;
  useEvery(lookAgainMs, state === 'created', refresh);
  useEffect(() => {
    if (state === 'paid') onPaid();
  }, [state, onPaid]);
  const provider = wordFor(words.providers, payment.provider);
  return (
    <div className="stack" data-testid="paying" data-state={state}>
      {state === 'created' && (
        <>
          <p className="statement">
            {words.scan(provider)} {yuanOfFen(amountFen)}
          </p>
          {qrText !== undefined && (
            <>
              <div className="pay-code">
                <Qr of={qrText} label={words.qrLabel} />
              </div>
              <p>
                <a className="button" href={qrText} target="_blank" rel="noopener noreferrer">
                  {words.openApp}
                </a>
              </p>
            </>
          )}
          <p role="status">
            <Icon of="starting" /> {words.waiting} {words.until(time.time(payment.expiresAtMs))}
          </p>
          {loaded.state === 'failed' && <Problem failure={loaded.failure} />}
          {outdated !== undefined && <Problem failure={outdated} />}
          <button type="button" className="button" onClick={onEnd}>
            {words.cancelPay}
          </button>
        </>
      )}
      {state === 'paid' && <Done>{words.paid(yuanOfFen(amountFen))}</Done>}
      {state === 'closed' && <p className="note note-problem">{words.expired}</p>}
      {state !== 'created' && (
        <button type="button" className="button" onClick={onEnd}>
          {words.again}
        </button>
      )}
    </div>
  );
}
