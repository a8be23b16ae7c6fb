import type { PublicReceipt } from '../../../contract/shapes/public-receipt.ts';
import { Said } from '../parts/said.tsx';
import { TariffSummary } from '../tariff/tariff-summary.tsx';
import { yuanOfGrains, yuanOfMilliYuan } from '../words/money.ts';
import { useText } from '../words/text.ts';
import { type EstateTime, hoursMinutesSeconds } from '../words/time.ts';
import { codeShown } from './code.ts';
import { useReceiptWords } from './words.ts';

/** Everything that is needed to compute the bill by hand or by program, folded away until it is wanted. */
export function Evidence({ answer, time }: { readonly answer: PublicReceipt; readonly time: EstateTime }) {
  const { text } = useText();
  const words = useReceiptWords();
  const { receipt, tariff } = answer;
  const hasPower = receipt.readings.some(({ powerW }) => powerW !== undefined);
  const bands = receipt.boardClaim?.bands ?? [];
  return (
    <section className="card" aria-labelledby="yourself">
      <h2 id="yourself">{words.yourself}</h2>
      <p>{words.yourselfNote}</p>
      <p>
        <code>npm run verify -- {codeShown(receipt.code ?? '')}</code>
      </p>
      <details className="receipt-details">
        <summary>{words.readings}</summary>
        <div className="table-frame">
          <table className="table" data-testid="readings">
            <thead>
              <tr>
                <th scope="col">{words.at}</th>
                <th scope="col">{words.meter}</th>
                {hasPower && <th scope="col">{words.power}</th>}
              </tr>
            </thead>
            <tbody>
              {receipt.readings.map(({ atMs, energyWh, powerW }) => (
                <tr key={atMs}>
                  <td>
                    {time.day(atMs)} {time.seconds(atMs)}
                  </td>
                  <td>{energyWh} Wh</td>
                  {hasPower && <td>{powerW === undefined ? '–' : `${powerW} W`}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      {bands.length > 0 && (
        <details className="receipt-details">
          <summary>{words.bands}</summary>
          <ul>
            {bands.map(({ seconds, priceMilliYuanPerHour }) => (
              <li key={`${seconds}-${priceMilliYuanPerHour}`}>
                {hoursMinutesSeconds(seconds * 1000)} × {yuanOfMilliYuan(priceMilliYuanPerHour)}{' '}
                {text.words.priceUnits['hour']} = {yuanOfGrains(seconds * 1000 * priceMilliYuanPerHour)}
              </li>
            ))}
          </ul>
        </details>
      )}
      <details className="receipt-details">
        <summary>{words.tariffAll}</summary>
        <TariffSummary tariff={tariff} />
        <pre className="receipt-tariff">
          <Said>{JSON.stringify(tariff, undefined, 2)}</Said>
        </pre>
      </details>
    </section>
  );
}
