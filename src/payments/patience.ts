import type { Clock } from '../shared/clock.ts';
import { DomainError } from '../shared/errors.ts';
import type { PaymentProvider } from './provider.ts';

/** Less than a minute: the next sweep tries again. */
const restMs = 45_000;

/**
 * A provider that is left alone for a while after it did not answer, so that hundreds of timers do not wait for it one
 * after the other while doors and alarms wait behind them. In the meantime it is `provider-unavailable` at once.
 */
export function patient(provider: PaymentProvider, clock: Clock): PaymentProvider {
  let restUntilMs = 0;
  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (clock.now() < restUntilMs)
      throw new DomainError('provider-unavailable', `${provider.name} did not answer a moment ago`);
    try {
      return await ask();
    } catch (error) {
      if (error instanceof DomainError && error.error === 'provider-unavailable')
        restUntilMs = clock.now() + restMs;
      throw error;
    }
  };
  return {
    ...provider,
    queryOrder: (orderId) => asked(() => provider.queryOrder(orderId)),
    closeOrder: (orderId) => asked(() => provider.closeOrder(orderId)),
    refund: (refund) => asked(() => provider.refund(refund)),
    queryRefund: (refund) => asked(() => provider.queryRefund(refund)),
  };
}
