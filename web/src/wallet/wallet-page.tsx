import { useCallback, useMemo } from 'react';
import type { Movement } from '../../../contract/shapes/wallet.ts';
import type { PageProps } from '../cloud/page.ts';
import { Part } from '../parts/part.tsx';
import { Shown } from '../parts/shown.tsx';
import { failureFrom, useEvery, useLoaded } from '../parts/use-loaded.ts';
import { type TariffApi, tariffApi } from '../tariff/tariff-api.ts';
import { useText } from '../words/text.ts';
import { estateTime, localOf, monthOf } from '../words/time.ts';
import { BudgetPart, MembersPart } from './budget.tsx';
import { LastSessions } from './last-sessions.tsx';
import { MoneyBack, Payments } from './money-back.tsx';
import { Movements } from './movements.tsx';
import { Balance, Notices } from './notices.tsx';
import { OwnStatement } from './own-statement.tsx';
import { PackagesPart } from './packages.tsx';
import { Prices } from './prices.tsx';
import { freeFenOf, sessionsIn } from './spending.ts';
import { TextSizeChoice } from './text-size.tsx';
import { TopUp } from './top-up.tsx';
import { type WalletApi, walletApi } from './wallet-api.ts';
import { useWalletWords } from './words.ts';

const sessionsShown = 8;
/** A session that ends, or money that somebody pays in at the office, is seen without a touch. */
const lookAgainMs = 20_000;

/** A resident's own page: what there is, what it was spent on, and how to get it back. */
export function WalletPage({ client, estate, person }: PageProps) {
  const words = useWalletWords();
  const { householdId } = person;
  if (householdId === undefined) return <p className="note">{words.noHousehold}</p>;
  return <Household key={householdId} {...{ client, estate, person, householdId }} />;
}

interface HouseholdProps extends PageProps {
  readonly householdId: string;
}

function Household({ client, estate, person, householdId }: HouseholdProps) {
  const { estateId, timeZone } = estate;
  const { language } = useText();
  const words = useWalletWords();
  const time = useMemo(() => estateTime(timeZone, language), [timeZone, language]);
  const api = useMemo(() => walletApi(client, estateId, householdId), [client, estateId, householdId]);
  const { loaded, outdated, refresh } = useLoaded(
    useCallback(
      (signal: AbortSignal) => readHousehold(api, tariffApi(client, estateId), signal),
      [api, client, estateId],
    ),
  );
  useEvery(lookAgainMs, loaded.state === 'ready', refresh);
  return (
    <div className="wallet stack">
      <div className="section-head">
        <h1>{words.title}</h1>
        <p className="quiet">{words.household(householdId)}</p>
      </div>
      <TextSizeChoice />
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {({ wallet, notices, offers, payments, movements, tariffs }) => {
          const month = monthOf(localOf(timeZone, tariffs.nowMs).date, 0);
          const { holderId } = wallet;
          const mayChange = holderId === undefined || holderId === person.subject;
          const own = { api, wallet, month, time, offers, mayChange, onChanged: refresh };
          return (
            <>
              <Notices {...{ api, wallet, notices, time }} onChanged={refresh} />
              <section className="card card-balance" aria-label={words.available}>
                <Balance wallet={wallet} />
              </section>
              <div className="columns">
                <Part id="top-up" title={words.topUp}>
                  <TopUp api={api} time={time} onPaid={refresh} />
                </Part>
                <Part id="budget" title={words.budget}>
                  <BudgetPart {...own} />
                </Part>
              </div>
              <LastSessions
                {...{ client, estateId, time }}
                runningIds={wallet.sessionsRunning}
                endedIds={sessionsIn(movements, sessionsShown)}
                places={tariffs.inForce}
              />
              <div className="columns">
                <Part id="packages" title={words.packages}>
                  <PackagesPart {...own} canBuy />
                </Part>
                <Part id="members" title={words.members}>
                  <MembersPart {...own} />
                </Part>
                <Part id="money-back" title={words.moneyBack}>
                  <MoneyBack wallet={wallet} />
                  <h3>{words.payments}</h3>
                  <Payments
                    {...{ api, payments, time }}
                    own={{ freeFen: freeFenOf(wallet), onChanged: refresh }}
                  />
                </Part>
              </div>
              <Part id="prices" title={words.prices}>
                <Prices list={tariffs} time={time} />
              </Part>
              <Part id="statement" title={words.statement}>
                <OwnStatement
                  {...{ client, estateId, householdId, time }}
                  lastMonth={monthOf(`${month}-01`, -1)}
                />
              </Part>
              <Part id="movements" title={words.movements}>
                <Movements movements={movements} time={time} />
              </Part>
            </>
          );
        }}
      </Shown>
    </div>
  );
}

/** Everything of a household in one go, so that no two parts of the page are of different moments for long. */
export async function readHousehold(api: WalletApi, prices: TariffApi, signal: AbortSignal) {
  const [wallet, notices, offers, payments, movements, tariffs] = await Promise.all([
    api.wallet(signal),
    api.notices(signal),
    api.offers(signal).catch(nothingWithoutTariff),
    api.payments(signal),
    allMovements(api, signal),
    prices.list(signal),
  ]);
  return { wallet, notices, offers, payments, movements, tariffs };
}

/** An estate without a tariff sells nothing. */
function nothingWithoutTariff(thrown: unknown): [] {
  if (failureFrom(thrown).error === 'no-tariff') return [];
  throw thrown;
}

/** A household has some hundred postings a year, and the newest come last. */
async function allMovements(api: WalletApi, signal: AbortSignal): Promise<Movement[]> {
  const all: Movement[] = [];
  let after: string | undefined;
  do {
    const page = await api.movements(after === undefined ? {} : { after }, signal);
    all.push(...page.movements);
    after = page.next;
  } while (after !== undefined);
  return all;
}
