import type { BillLine, BillSlice } from '../../../contract/shapes/receipt.ts';
import { kWhOfWh, yuanOfFen, yuanOfGrains, yuanOfMilliYuan } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import { type EstateTime, hoursMinutesSeconds } from '../words/time.ts';

/** One of the two lines, with every slice it is made of, so that it can be added up by hand. */
export function LineTable({ line, time }: { readonly line: BillLine; readonly time: EstateTime }) {
  const { text } = useText();
  const word = wordFor(text.words.billLines, line.line);
  const sumGrains = line.slices.reduce((sum, slice) => sum + slice.amountGrains, 0);
  return (
    <table className="line" data-testid={`line-${line.line}`}>
      <caption>
        <span>{word}</span>
        <strong>{yuanOfFen(line.amountFen)}</strong>
      </caption>
      <thead>
        <tr>
          <th scope="col">{text.period}</th>
          <th scope="col">{text.quantity}</th>
          <th scope="col">{text.price}</th>
          <th scope="col">{text.amount}</th>
        </tr>
      </thead>
      <tbody>
        {line.slices.map((slice) => (
          <SliceRow key={`${slice.kind}-${slice.fromMs}-${slice.toMs}`} slice={slice} time={time} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={3}>
            {text.sumOfSlices}{' '}
            <span className="unit">{text.inBrackets(`${text.roundedTo} ${yuanOfFen(line.amountFen)}`)}</span>
          </th>
          <td>{yuanOfGrains(sumGrains)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** A stretch of time with its quantity and price, or a fee that is due once. */
function SliceRow({ slice, time }: { readonly slice: BillSlice; readonly time: EstateTime }) {
  const { text } = useText();
  const name = text.words.slices[slice.kind];
  const amount = (
    <td>
      {yuanOfGrains(slice.amountGrains)}
      {slice.free !== undefined && (
        <>
          {' '}
          <span className="unit">{wordFor(text.words.freeReasons, slice.free)}</span>
        </>
      )}
    </td>
  );
  if (slice.per === 'once')
    return (
      <tr>
        <td colSpan={3}>
          {name ?? slice.kind}
          {slice.free !== undefined && <span className="unit"> {yuanOfMilliYuan(slice.priceMilliYuan)}</span>}
        </td>
        {amount}
      </tr>
    );
  return (
    <tr>
      <td>
        {name !== undefined && <>{name} </>}
        <Period ends={time.ends(slice.fromMs, slice.toMs)} />
      </td>
      <Quantity slice={slice} />
      <td>
        {yuanOfMilliYuan(slice.priceMilliYuan)}{' '}
        <span className="unit">{wordFor(text.words.priceUnits, slice.per)}</span>
      </td>
      {amount}
    </tr>
  );
}

/** What the price is for, energy or time, in the unit of the price: so it can be multiplied as it stands. */
function Quantity({ slice }: { readonly slice: BillSlice }) {
  const { text } = useText();
  if (slice.per === 'hour') return <td>{hoursMinutesSeconds(slice.toMs - slice.fromMs)}</td>;
  return (
    <td>
      {kWhOfWh(slice.energyWh)} kWh
      {!slice.measured && (
        <>
          {' '}
          <span className="estimated">{text.estimated}</span>
        </>
      )}
    </td>
  );
}

/** Breaks between the two ends and nowhere else. */
function Period({ ends: [from, to] }: { readonly ends: readonly [string, string] }) {
  return (
    <>
      <span className="together">{from} –</span> <span className="together">{to}</span>
    </>
  );
}
