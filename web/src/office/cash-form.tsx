import { type ReactNode, useState } from 'react';
import type { OrderShown as Order } from '../../../contract/shapes/office.ts';
import { Choices, Done, Send, TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { fenOfText } from '../words/amount.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText } from '../words/text.ts';
import type { CashKind, Correction, OfficeApi } from './office-api.ts';
import { SlipButton } from './slip.tsx';
import { useSuggestions } from './use-suggestions.ts';
import { useOfficeWords } from './words.ts';

interface OfficeFormProps {
  readonly api: OfficeApi;
  readonly onAsked: () => void;
}

/** Cash over the counter, in or out. */
export function CashForm({ api, onAsked }: OfficeFormProps) {
  const words = useOfficeWords();
  const [kind, setKind] = useState<CashKind>('cash-top-up');
  const household = useHousehold(api);
  const amount = useAmount();
  const { action, run } = useAction(
    async (requestId, what: CashKind, householdId: string, amountFen: number) => {
      const order = await api.cash(requestId, what, householdId, amountFen);
      amount.clear();
      onAsked();
      return order;
    },
  );
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const [householdId, amountFen] = [household.read(), amount.read()];
        if (householdId !== undefined && amountFen !== undefined) run(kind, householdId, amountFen);
      }}
    >
      <Choices
        label={words.doWhat}
        value={kind}
        options={(['cash-top-up', 'cash-refund'] as const).map((what) => [what, words.kinds[what] ?? what])}
        onChange={setKind}
      />
      <div className="fields">
        {household.field}
        {amount.field}
      </div>
      <Send action={action}>{words.book[kind]}</Send>
      {action.state === 'done' && <Asked api={api} order={action.value} />}
    </form>
  );
}

/** What became of an order at once: booked, or waiting for somebody else. */
function Asked({ api, order }: { readonly api: OfficeApi; readonly order: Order }) {
  const words = useOfficeWords();
  const amount = yuanOfFen(Math.abs(order.amountFen));
  if (order.balanceAfterFen === undefined)
    return (
      <p className="note note-problem" role="status" data-testid="asked" data-state={order.state}>
        <Icon of="starting" />
        <span>{words.waits(amount)}</span>
      </p>
    );
  return (
    <div data-testid="asked" data-state={order.state}>
      <Done>
        <div className="stack">
          <p>{words.booked(amount, order.householdId, yuanOfFen(order.balanceAfterFen))}</p>
          <SlipButton api={api} order={order} />
        </div>
      </Done>
    </div>
  );
}

type Direction = 'give' | 'take';

/** A correction is never booked by the one who asks for it. */
export function CorrectionForm({ api, onAsked }: OfficeFormProps) {
  const words = useOfficeWords();
  const [direction, setDirection] = useState<Direction>('give');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const household = useHousehold(api);
  const amount = useAmount();
  const { action, run } = useAction(async (requestId, correction: Correction) => {
    await api.correct(requestId, correction);
    amount.clear();
    setReason('');
    setTried(false);
    onAsked();
  });
  const isReason = reason.trim().length >= 3;
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const [householdId, fen] = [household.read(), amount.read()];
        if (householdId === undefined || fen === undefined || !isReason) return;
        run({ householdId, amountFen: direction === 'give' ? fen : -fen, reason: reason.trim() });
      }}
    >
      <Choices
        label={words.direction}
        value={direction}
        options={(['give', 'take'] as const).map((way) => [way, words.directions[way]])}
        onChange={setDirection}
      />
      <div className="fields">
        {household.field}
        {amount.field}
      </div>
      <TextField
        label={words.reason}
        name="reason"
        value={reason}
        problem={tried && !isReason ? words.reasonProblem : undefined}
        onChange={setReason}
      />
      <Send action={action} secondary>
        {words.correct}
      </Send>
      {action.state === 'done' && <Done>{words.correctionAsked}</Done>}
    </form>
  );
}

/** A field, and what is in it once somebody wants to go on; undefined if it cannot be used, which the field then says. */
interface Asking<T> {
  readonly field: ReactNode;
  readonly read: () => T | undefined;
  readonly clear: () => void;
}

/** Asks for a household, and helps to find it by its building and unit. */
export function useHousehold(api: OfficeApi, first = ''): Asking<string> {
  const words = useOfficeWords();
  const [typed, setTyped] = useState(first);
  const [tried, setTried] = useState(false);
  const value = typed.trim();
  const found = useSuggestions(api, value);
  const isOne = /^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/.test(value);
  return {
    field: (
      <TextField
        label={words.household}
        name="household"
        hint={words.householdHint}
        value={typed}
        suggestions={found.map(({ householdId, building, unit }) => [householdId, `${building}-${unit}`])}
        problem={tried && !isOne ? words.householdProblem : undefined}
        onChange={setTyped}
      />
    ),
    read: () => {
      setTried(true);
      return isOne ? value : undefined;
    },
    clear: () => {
      setTyped('');
      setTried(false);
    },
  };
}

export function useAmount(mostFen?: number): Asking<number> {
  const words = useOfficeWords();
  const { text } = useText();
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const fen = fenOfText(typed);
  const isAmount = fen !== undefined && fen > 0;
  const isTooMuch = isAmount && mostFen !== undefined && fen > mostFen;
  const problem = isTooMuch ? words.tooMuch : tried && !isAmount ? words.amountProblem : undefined;
  return {
    field: (
      <TextField
        label={words.amount}
        name="amount"
        kind="decimal"
        unit={text.yuan}
        value={typed}
        problem={problem}
        onChange={setTyped}
      />
    ),
    read: () => {
      setTried(true);
      return isAmount && !isTooMuch ? fen : undefined;
    },
    clear: () => {
      setTyped('');
      setTried(false);
    },
  };
}
