import { useState } from 'react';
import { Icon } from '../parts/icons.tsx';
import { yuanOfFen } from '../words/money.ts';
import { type Compared, compared, type PreviewSum } from './comparison.ts';
import { paysWords } from './confirm.tsx';
import { useTariffWords } from './words.ts';

const shownAtFirst = 20;

/** Last month under the draft: the sums, and every household with a bar, a number and a word for the difference. */
export function PreviewTable({ preview }: { readonly preview: PreviewSum }) {
  const words = useTariffWords();
  const [all, setAll] = useState(false);
  const { totals, leftOut } = preview;
  const { households, count } = compared(preview.households);
  if (households.length === 0) return <p className="note">{words.replayNone}</p>;
  const shown = all ? households : households.slice(0, shownAtFirst);
  return (
    <div className="stack" data-testid="preview">
      <dl className="figures">
        <Figure word={words.before} value={yuanOfFen(totals.beforeFen)} />
        <Figure word={words.after} value={yuanOfFen(totals.afterFen)} />
        <Figure word={words.difference} value={paysWords(words, totals.afterFen - totals.beforeFen)} />
        <Figure word={words.sessions} value={String(preview.sessions)} />
      </dl>
      <p>{words.howMany(count.more, count.less, count.same)}</p>
      <ul className="quiet">
        {preview.interpolated > 0 && <li>{words.interpolated(preview.interpolated)}</li>}
        {leftOut.paidAtBoard > 0 && <li>{words.paidAtBoard(leftOut.paidAtBoard)}</li>}
        {leftOut.unfinished > 0 && <li>{words.unfinished(leftOut.unfinished)}</li>}
      </ul>
      <div className="table-frame">
        <table className="table table-stacked">
          <thead>
            <tr>
              <th scope="col">{words.household}</th>
              <th scope="col" className="number">
                {words.sessions}
              </th>
              <th scope="col" className="number">
                {words.before}
              </th>
              <th scope="col" className="number">
                {words.after}
              </th>
              <th scope="col">{words.difference}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.householdId} data-testid="preview-row">
                <th scope="row">{row.householdId}</th>
                <td className="number" data-label={words.sessions}>
                  {row.sessions}
                </td>
                <td className="number" data-label={words.before}>
                  {yuanOfFen(row.beforeFen)}
                </td>
                <td className="number" data-label={words.after}>
                  {yuanOfFen(row.afterFen)}
                </td>
                <td>
                  <Difference row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < households.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {words.showAll(households.length)}
        </button>
      )}
    </div>
  );
}

function Figure({ word, value }: { readonly word: string; readonly value: string }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** To the right of the middle for more, to the left for less; an arrow and a word say the same. */
function Difference({ row }: { readonly row: Compared }) {
  const words = useTariffWords();
  return (
    <span className={`difference difference-${row.pays}`}>
      <span className="difference-track" aria-hidden="true">
        <span className="difference-bar" style={{ inlineSize: `${row.percent / 2}%` }} />
      </span>
      <span className="difference-word">
        {row.pays !== 'same' && <Icon of={row.pays === 'more' ? 'up' : 'down'} />}
        {paysWords(words, row.differenceFen)}
      </span>
    </span>
  );
}
