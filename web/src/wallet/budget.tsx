import { useState } from 'react';
import type { Wallet } from '../../../contract/shapes/wallet-shown.ts';
import { Done, Send, TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { Problem } from '../parts/shown.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { fenOfText, textOfFen } from '../words/amount.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText } from '../words/text.ts';
import { markPercent, type Spending, spendingOf } from './spending.ts';
import type { MemberChange, WalletApi } from './wallet-api.ts';
import { useWalletWords } from './words.ts';

export interface HouseholdPartProps {
  readonly api: WalletApi;
  readonly wallet: Wallet;
  /** YYYY-MM in the estate's zone. */
  readonly month: string;
  /** Whether this person may change limits and members; others see them. */
  readonly mayChange: boolean;
  readonly onChanged: () => void;
}

/** The month of the household, and what each member may spend of it. */
export function BudgetPart({ api, wallet, month, mayChange, onChanged }: HouseholdPartProps) {
  const words = useWalletWords();
  const { text } = useText();
  const { budget } = wallet;
  const [typed, setTyped] = useState(optionalText(budget.monthLimitFen));
  const limit = limitOf(typed);
  const { action, run } = useAction(async (requestId, monthLimitFen: number | null) => {
    await api.setBudget(requestId, monthLimitFen);
    onChanged();
  });
  return (
    <div className="stack">
      <Meter spending={spendingOf(budget, month)} />
      <p className="quiet">{words.budgetNote}</p>
      {!mayChange && <p className="quiet">{words.onlyHolder}</p>}
      {mayChange && (
        <form
          className="stack"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (limit !== 'wrong') run(limit ?? null);
          }}
        >
          <TextField
            label={words.setLimit}
            name="month-limit"
            kind="decimal"
            unit={text.yuan}
            value={typed}
            problem={limit === 'wrong' ? words.amountProblem : undefined}
            onChange={setTyped}
          />
          <Send action={action} secondary>
            {words.saveLimit}
          </Send>
          {action.state === 'done' && <Done>{words.limitSaved}</Done>}
        </form>
      )}
    </div>
  );
}

/** A limit as typed; empty means none. */
function limitOf(typed: string): number | undefined | 'wrong' {
  if (typed.trim() === '') return undefined;
  const fen = fenOfText(typed);
  return fen === undefined || fen === 0 ? 'wrong' : fen;
}

const optionalText = (fen: number | undefined) => (fen === undefined ? '' : textOfFen(fen));

/** How much of a limit is spent: a bar with its mark at 80 %, and the same in numbers and words. */
export function Meter({ spending }: { readonly spending: Spending }) {
  const words = useWalletWords();
  const { spentFen, limitFen, percent, state } = spending;
  return (
    <div className={`meter meter-${state}`} data-testid="budget" data-state={state}>
      <p className="card-row">
        <span>
          {words.spent} <strong>{yuanOfFen(spentFen)}</strong>
        </span>
        <span>{limitFen === undefined ? words.noLimit : words.of(yuanOfFen(limitFen))}</span>
      </p>
      {limitFen !== undefined && (
        <>
          <div className="meter-track" aria-hidden="true">
            <span className="meter-bar" style={{ inlineSize: `${percent}%` }} />
            <span className="meter-mark" style={{ insetInlineStart: `${markPercent}%` }} />
          </div>
          <p className="meter-word">
            <Icon of={state === 'below' ? 'check' : 'fault'} /> {percent}% · {words.states[state]}
          </p>
        </>
      )}
    </div>
  );
}

/** Who belongs to the household; each card can be one of theirs. */
export function MembersPart({ api, wallet, month, mayChange, onChanged }: HouseholdPartProps) {
  const words = useWalletWords();
  const { text } = useText();
  const [adding, setAdding] = useState(false);
  const members = Object.entries(wallet.budget.members);
  const removal = useAction(async (requestId, memberId: string) => {
    await api.removeMember(requestId, memberId);
    onChanged();
  });
  return (
    <div className="stack">
      <p className="quiet">{words.membersNote}</p>
      {members.length === 0 && <p className="quiet">{words.noMembers}</p>}
      <ul className="stack">
        {members.map(([memberId, { name = memberId }]) => (
          <li key={memberId} className="group" data-testid="member">
            <p className="card-row">
              <strong>{name}</strong>
              <code>{memberId}</code>
            </p>
            <Meter spending={spendingOf(wallet.budget, month, memberId)} />
            {mayChange && (
              <button
                type="button"
                className="button"
                aria-disabled={removal.action.state === 'sending'}
                onClick={() => removal.run(memberId)}
                aria-label={words.removeMember(name)}
              >
                {text.remove}
              </button>
            )}
          </li>
        ))}
      </ul>
      {removal.action.state === 'failed' && <Problem failure={removal.action.failure} />}
      {!mayChange && <p className="quiet">{words.onlyHolder}</p>}
      {mayChange &&
        (adding ? (
          <NewMember
            api={api}
            onCancel={() => setAdding(false)}
            onDone={() => {
              setAdding(false);
              onChanged();
            }}
          />
        ) : (
          <button type="button" className="button" onClick={() => setAdding(true)}>
            {words.addMember}
          </button>
        ))}
    </div>
  );
}

interface NewMemberProps {
  readonly api: WalletApi;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

function NewMember({ api, onDone, onCancel }: NewMemberProps) {
  const words = useWalletWords();
  const { text } = useText();
  const [memberId] = useState(() => `m-${crypto.randomUUID().slice(0, 8)}`);
  const [name, setName] = useState('');
  const [typed, setTyped] = useState('');
  const limit = limitOf(typed);
  const { action, run } = useAction(async (requestId, member: MemberChange) => {
    await api.setMember(requestId, member);
    onDone();
  });
  return (
    <form
      className="group"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (limit === 'wrong' || name.trim() === '') return;
        run({ memberId, name: name.trim(), ...(limit === undefined ? {} : { monthLimitFen: limit }) });
      }}
    >
      <TextField label={words.memberName} name="member-name" value={name} onChange={setName} />
      <TextField
        label={words.memberLimit}
        name="member-limit"
        kind="decimal"
        unit={text.yuan}
        value={typed}
        problem={limit === 'wrong' ? words.amountProblem : undefined}
        onChange={setTyped}
      />
      <div className="buttons">
        <Send action={action} secondary disabled={name.trim() === ''}>
          {words.saveMember}
        </Send>
        <button type="button" className="button" onClick={onCancel}>
          {text.cancel}
        </button>
      </div>
    </form>
  );
}
