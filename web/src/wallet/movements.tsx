import type { Movement } from '../../../contract/shapes/wallet.ts';
import { Icon } from '../parts/icons.tsx';
import { yuanOfFen } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { useWalletWords } from './words.ts';

interface MovementsProps {
  readonly movements: readonly Movement[];
  readonly time: EstateTime;
}

/** Every posting of a household, the latest first, with the balance after it, so that it can be added up by hand. */
export function Movements({ movements, time }: MovementsProps) {
  const words = useWalletWords();
  const { text } = useText();
  if (movements.length === 0) return <p className="quiet">{words.noMovements}</p>;
  return (
    <ul className="rows movements">
      {movements.toReversed().map((movement) => (
        <li key={movement.movementId} data-testid="movement" data-kind={movement.kind}>
          <span>
            <strong>
              {wordFor(words.kinds, movement.kind)}
              {Object.hasOwn(words.accounts, movement.account) && ` · ${words.accounts[movement.account]}`}
            </strong>{' '}
            <span className="quiet">{time.dayAndTime(movement.atMs)}</span>
          </span>
          <span className="movement-amount">
            <Amount amountFen={movement.amountFen} />
            <span className="quiet">
              {words.balanceAfter} {yuanOfFen(movement.balanceFen)}
              {movement.owedFen > 0 && ` · ${words.owed} ${yuanOfFen(movement.owedFen)}`}
            </span>
          </span>
          <span className="quiet">
            {text.billNumber} <code>{movement.memo}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Amount({ amountFen }: { readonly amountFen: number }) {
  const words = useWalletWords();
  if (amountFen === 0) return <span>{words.onlyDebt}</span>;
  return (
    <strong>
      <Icon of={amountFen > 0 ? 'in' : 'out'} /> {amountFen > 0 ? words.in : words.out}{' '}
      {yuanOfFen(Math.abs(amountFen))}
    </strong>
  );
}
