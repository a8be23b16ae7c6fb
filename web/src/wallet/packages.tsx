import type { SessionPackage as Offer } from '../../../contract/shapes/tariff.ts';
import type { Purchase, Wallet } from '../../../contract/shapes/wallet-shown.ts';
import { AskTwice } from '../parts/ask-twice.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { textOfWh } from '../words/amount.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
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
          <Owned
            key={purchase.purchaseId}
            {...{ api, purchase, offers, time, onChanged }}
            isCharging={wallet.sessionsRunning.length > 0}
          />
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

/** So many sessions, kWh or days. */
function amountWords(units: Readonly<Record<string, string>>, kind: string, amount: number): string {
  return `${kind === 'energy' ? textOfWh(amount) : amount} ${wordFor(units, kind)}`;
}

interface OwnedProps extends Pick<PackagesProps, 'api' | 'offers' | 'time' | 'onChanged'> {
  readonly purchase: Purchase;
  /** What a session that runs may use is taken out of what is left until it ends. */
  readonly isCharging: boolean;
}

function Owned({ api, purchase, offers, time, isCharging, onChanged }: OwnedProps) {
  const words = useWalletWords();
  const { name } = useText();
  const { packageId, purchaseId, kind, left, validUntilMs, used = false } = purchase;
  const offer = offers.find((known) => known.packageId === packageId);
  const shownName = offer === undefined ? packageId : name(offer.name);
  // A version that is no longer offered is left to the server, which knows its terms.
  const isUsed = used || (kind !== 'days' && offer !== undefined && left < offer.amount);
  const { action, run } = useAction(async (requestId) => {
    await api.giveBack(requestId, purchaseId);
    onChanged();
  });
  return (
    <li className="group" data-testid="purchase">
      <p className="card-row">
        <strong>{shownName}</strong>
        <span>{words.validUntil(time.fullDay(validUntilMs))}</span>
      </p>
      <p>
        {words.leftWord} {kind === 'days' ? words.left['days'] : amountWords(words.left, kind, left)}
      </p>
      {isCharging && isUsed && kind !== 'days' && <p className="quiet">{words.reservedNote}</p>}
      {!isUsed && (
        <>
          <p className="quiet">{words.giveBackNote}</p>
          <AskTwice
            action={action}
            ask={words.giveBack}
            question={words.giveBackConfirm(shownName)}
            yes={words.giveBackYes}
            onYes={run}
          />
        </>
      )}
    </li>
  );
}

interface OfferedProps extends Pick<PackagesProps, 'api' | 'onChanged'> {
  readonly offer: Offer;
}

function Offered({ api, offer, onChanged }: OfferedProps) {
  const words = useWalletWords();
  const { name } = useText();
  const price = yuanOfFen(offer.priceFen);
  const { action, run } = useAction(async (requestId) => {
    await api.buy(requestId, offer.packageId);
    onChanged();
  });
  return (
    <li className="group" data-testid="offer">
      <p className="card-row">
        <strong>{name(offer.name)}</strong>
        <span>
          {amountWords(words.amounts, offer.kind, offer.amount)}
          {offer.kind !== 'days' && ` · ${words.validDays(offer.validDays)}`}
        </span>
      </p>
      <p className="quiet">{wordFor(words.pays, offer.kind)}</p>
      <AskTwice
        action={action}
        ask={words.buy(price)}
        question={words.buyConfirm(name(offer.name), price)}
        yes={words.buyYes}
        onYes={run}
      />
    </li>
  );
}
