import type { Alert, Delivery } from '../../../contract/shapes/alert.ts';
import { Icon } from '../parts/icons.tsx';
import { useText, wordFor } from '../words/text.ts';
import type { Text } from '../words/text-zh.ts';
import type { EstateTime } from '../words/time.ts';

/** What came of telling an alert: where it arrived, and where it did not, since when, why, and what comes next. */
export function Deliveries({ alert, time }: { readonly alert: Alert; readonly time: EstateTime }) {
  const { text } = useText();
  return alert.deliveries.map((delivery) => {
    const channel = wordFor(text.words.deliveryChannels, delivery.channel);
    if (delivery.result === 'delivered') {
      const arrived = text.arrived(time.dayAndTime(delivery.atMs), delivery.arrivals);
      return (
        <p key={delivery.channel} className="quiet alert-deliveries">
          {channel + text.colon + arrived}
        </p>
      );
    }
    const sinceMs = delivery.failingSinceMs ?? delivery.atMs;
    const parts = [
      channel + text.colon + text.notArrived(time.dayAndTime(sinceMs), delivery.failures),
      time.dayAndTime(delivery.atMs) + text.comma + said(text, delivery),
      alert.nextAttemptAtMs === undefined
        ? text.noAttempt
        : text.nextAttempt(time.time(alert.nextAttemptAtMs)),
    ];
    return (
      <p key={delivery.channel} className="alert-deliveries alert-undelivered" data-testid="undelivered">
        <Icon of="fault" />
        <span>{parts.join(text.semicolon)}</span>
      </p>
    );
  });
}

function said(text: Text, { result, status, code }: Delivery): string {
  const answer = [status, code].filter((part) => part !== undefined);
  const word = wordFor(text.words.deliveryResults, result);
  return answer.length === 0 ? word : word + text.answered(answer.join(' / '));
}

/** The newest attempt of all to reach the committee, where it was in vain: then the next danger may be told to nobody. */
export function failingDelivery(alerts: readonly Alert[]): Delivery | undefined {
  const newest = alerts
    .flatMap(({ deliveries }) => deliveries)
    .reduce<Delivery | undefined>((a, b) => (a === undefined || b.atMs > a.atMs ? b : a), undefined);
  return newest?.result === 'delivered' ? undefined : newest;
}

interface NotReachedProps {
  readonly alerts: readonly Alert[];
  readonly time: EstateTime;
}

/** Says at the top of the page that alerts do not reach the committee. */
export function NotReached({ alerts, time }: NotReachedProps) {
  const { text } = useText();
  const failing = failingDelivery(alerts);
  if (failing === undefined) return null;
  return (
    <p className="note note-problem interruption wide" role="status" data-testid="not-reached">
      <Icon of="fault" />
      <span>
        <strong>{text.notReached}</strong>{' '}
        {text.notReachedDetail(time.dayAndTime(failing.atMs), said(text, failing))}
      </span>
    </p>
  );
}
