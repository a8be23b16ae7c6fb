import { useState } from 'react';
import { textOfWh } from '../amount.ts';
import { Send } from '../form.tsx';
import { yuanOfFen } from '../money.ts';
import { useText, wordFor } from '../text.ts';
import type { EstateTime } from '../time.ts';
import { useAction } from '../use-loaded.ts';
import type { Offer, Purchase, Wallet } from './contract.ts';
import type { WalletApi } from './wallet-api.ts';
import { useWalletWords } from './words.ts';

interface PackagesProps {
  readonly api: WalletApi;
  readonly wallet: Wallet;
  readonly offers: readonly Offer[];
  readonly time: EstateTime;
  /** The staff looks at packages and cannot buy them for somebody. */
  readonly canBuy: boolean;
  readonly onChanged: () => void;
}

/** What a household has bought before, and what it can buy. */
export function PackagesPart({ api, wallet, offers, time, canBuy, onChanged }: PackagesProps) {
  const words = useWalletWords();
  return (
    <div className="stack">
      <h3>{words.myPackages}</h3>
      {wallet.purchases.length === 0 && <p className="quiet">{words.noPackages}</p>}
      <ul className="stack">
        {wallet.purchases.map((purchase) => (
          <Owned key={purchase.purchaseId} {...{ api, purchase, offers, time, onChanged }} />
        ))}
      </ul>
      {canBuy && (
        <>
          <h3>{words.offers}</h3>
          {offers.length === 0 && <p className="quiet">{words.noOffers}</p>}
          <ul className="stack">
            {offers.map((offer) => (
              <Offered key={offer.packageId} api={api} offer={offer} onChanged={onChanged} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** So many charges, kWh or days. */
function amountWords(units: Readonly<Record<string, string>>, kind: string, amount: number): string {
  return `${kind === 'energy' ? textOfWh(amount) : amount} ${wordFor(units, kind)}`;
}

interface OwnedProps extends Pick<PackagesProps, 'api' | 'offers' | 'time' | 'onChanged'> {
  readonly purchase: Purchase;
}

function Owned({ api, purchase, offers, time, onChanged }: OwnedProps) {
  const words = useWalletWords();
  const { name } = useText();
  const { packageId, purchaseId, kind, left, validUntilMs } = purchase;
  const offer = offers.find((known) => known.packageId === packageId);
  const { action, run } = useAction(async (requestId) => {
    await api.giveBack(requestId, purchaseId);
    onChanged();
  });
  return (
    <li className="group" data-testid="purchase">
      <p className="card-row">
        <strong>{offer === undefined ? packageId : name(offer.name)}</strong>
        <span>{words.validUntil(time.day(validUntilMs))}</span>
      </p>
      <p>
        {words.leftWord} {kind === 'days' ? words.left['days'] : amountWords(words.left, kind, left)}
      </p>
      <p className="quiet">{words.giveBackNote}</p>
      <Send action={action} secondary onClick={() => run()}>
        {words.giveBack}
      </Send>
    </li>
  );
}

interface OfferedProps extends Pick<PackagesProps, 'api' | 'onChanged'> {
  readonly offer: Offer;
}

/** Buying takes money, so it is asked twice. */
function Offered({ api, offer, onChanged }: OfferedProps) {
  const words = useWalletWords();
  const { name, text } = useText();
  const [asking, setAsking] = useState(false);
  const price = yuanOfFen(offer.priceFen);
  const { action, run } = useAction(async (requestId) => {
    await api.buy(requestId, offer.packageId);
    setAsking(false);
    onChanged();
  });
  return (
    <li className="group" data-testid="offer">
      <p className="card-row">
        <strong>{name(offer.name)}</strong>
        <span>
          {amountWords(words.amounts, offer.kind, offer.amount)} · {words.validDays(offer.validDays)}
        </span>
      </p>
      {asking ? (
        <>
          <p role="status">{words.buyConfirm(name(offer.name), price)}</p>
          <Send action={action} onClick={() => run()}>
            {words.buyYes}
          </Send>
          <button type="button" className="button" onClick={() => setAsking(false)}>
            {text.cancel}
          </button>
        </>
      ) : (
        <button type="button" className="button" onClick={() => setAsking(true)}>
          {words.buy(price)}
        </button>
      )}
    </li>
  );
}
