import type { Receipt } from '../../contract/shapes/receipt.ts';
import { LineTable } from './bill-line.tsx';
import { kWhOfWh, yuanOfFen } from './money.ts';
import { useText, wordFor } from './text.ts';
import type { EstateTime } from './time.ts';

/** The two lines, what they come to, and what there is to say about them. */
export function ReceiptSheet({ receipt, time }: { readonly receipt: Receipt; readonly time: EstateTime }) {
  const { text } = useText();
  const hasEstimate = receipt.lines.some(({ slices }) => slices.some(({ measured }) => !measured));
  return (
    <>
      {receipt.lines.map((line) => (
        <LineTable key={line.line} line={line} time={time} />
      ))}
      {hasEstimate && <p className="quiet">{text.estimatedNote}</p>}
      <p className="bill-total">
        <span>{text.total}</span>
        <strong data-testid="bill-total">{yuanOfFen(receipt.totalFen)}</strong>
      </p>
      {receipt.chargedFen !== undefined && receipt.chargedFen < receipt.totalFen && (
        <p className="bill-charged" data-testid="not-charged">
          <span>{text.notCharged}</span>
          <span>{yuanOfFen(receipt.chargedFen - receipt.totalFen)}</span>
        </p>
      )}
      {receipt.chargedFen !== undefined && receipt.chargedFen !== receipt.totalFen && (
        <p className="bill-charged">
          <span>{text.charged}</span>
          <strong>{yuanOfFen(receipt.chargedFen)}</strong>
        </p>
      )}
      {receipt.boardClaim !== undefined && (
        <p className="quiet">
          {text.boardClaimed}
          {text.colon}
          {yuanOfFen(receipt.boardClaim.fen)}
          {text.comma}
          {kWhOfWh(receipt.boardClaim.energyWh)} kWh{text.inBrackets(text.boardClaimNote)}
        </p>
      )}
      {receipt.remarks.length > 0 && (
        <div className="remarks">
          <h3>{text.remarks}</h3>
          <ul>
            {receipt.remarks.map((remark) => (
              <li key={remark}>{wordFor(text.words.remarks, remark)}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
