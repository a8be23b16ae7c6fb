import type { OrderShown as Order } from '../../../contract/shapes/office.ts';
import { Icon, type IconName } from '../parts/icons.tsx';
import { Said } from '../parts/said.tsx';
import { yuanOfFen } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { Decide } from './decide.tsx';
import type { OfficeApi } from './office-api.ts';
import { SlipButton } from './slip.tsx';
import { useOfficeWords } from './words.ts';

interface OrdersProps {
  readonly api: OfficeApi;
  readonly orders: readonly Order[];
  readonly time: EstateTime;
  readonly onChanged: () => void;
}

interface WaitingProps extends OrdersProps {
  /** Who looks: what they asked for themselves is not theirs to decide. */
  readonly subject: string | undefined;
}

/** What a second person has to decide on. */
export function Waiting({ api, orders, time, subject, onChanged }: WaitingProps) {
  const words = useOfficeWords();
  const waiting = orders.filter(({ state }) => state === 'awaiting-approval');
  if (waiting.length === 0) return null;
  return (
    <ul className="stack">
      {waiting.map((order) => (
        <li key={`${order.kind} ${order.orderId}`} className="group" data-testid="waiting">
          <OrderWords order={order} time={time} />
          {order.askedBy === subject ? (
            <p className="quiet">{words.othersDecide}</p>
          ) : (
            <Decide decide={(decision) => api.decide(order, decision)} onDecided={onChanged} />
          )}
        </li>
      ))}
    </ul>
  );
}

const icons: Readonly<Record<string, IconName>> = {
  booked: 'check',
  approved: 'check',
  rejected: 'cross',
  'awaiting-approval': 'starting',
};

/** The latest that was asked for at the office, and what became of it. */
export function LatestOrders({ api, orders, time }: Omit<OrdersProps, 'onChanged'>) {
  const words = useOfficeWords();
  if (orders.length === 0) return <p className="quiet">{words.noOrders}</p>;
  return (
    <ul className="rows">
      {orders.slice(0, 30).map((order) => (
        <li key={`${order.kind} ${order.orderId}`} data-testid="order" data-state={order.state}>
          <OrderWords order={order} time={time} />
          {order.balanceAfterFen !== undefined && order.kind !== 'correction' && (
            <SlipButton api={api} order={order} />
          )}
        </li>
      ))}
    </ul>
  );
}

function OrderWords({ order, time }: { readonly order: Order; readonly time: EstateTime }) {
  const words = useOfficeWords();
  const { text } = useText();
  const { decidedBy, decidedAtMs, owedFen = 0 } = order;
  return (
    <div className="order">
      <p>
        <strong>
          {wordFor(words.kinds, order.kind)} {yuanOfFen(order.amountFen)}
        </strong>{' '}
        {order.householdId}
      </p>
      <p>
        <Icon of={icons[order.state] ?? 'unknown'} /> {wordFor(words.states, order.state)}
        {owedFen > 0 && ` · ${words.owed(yuanOfFen(owedFen))}`}
      </p>
      {order.reason !== undefined && (
        <p>
          {words.reason}
          {text.colon}
          <Said>{order.reason}</Said>
        </p>
      )}
      <p className="quiet">
        <Said>{words.askedBy(order.askedBy, time.dayAndTime(order.askedAtMs))}</Said>
        {decidedBy !== undefined && decidedAtMs !== undefined && (
          <Said>{` · ${words.decidedBy(decidedBy, time.dayAndTime(decidedAtMs))}`}</Said>
        )}
      </p>
    </div>
  );
}
