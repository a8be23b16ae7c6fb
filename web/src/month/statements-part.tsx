import { useCallback, useState } from 'react';
import type { StatementShown as Statement } from '../../../contract/shapes/books.ts';
import { ownOf } from '../cloud/own.ts';
import { TextField } from '../parts/form.tsx';
import { Shown } from '../parts/shown.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { kWhOfWh, yuanOfFen } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import type { MonthApi } from './month-api.ts';
import { type StatementLine, statementLines } from './tables.ts';
import { useMonthWords } from './words.ts';

interface StatementsPartProps {
  readonly api: Pick<MonthApi, 'rows' | 'statement'>;
  readonly month: string;
  readonly time: EstateTime;
}

const shownAtMost = 30;

/** Every household's month in a line; each opens its statement. */
export function StatementsPart({ api, month, time }: StatementsPartProps) {
  const words = useMonthWords();
  const [search, setSearch] = useState('');
  const { loaded, outdated, refresh } = useLoaded(
    useCallback((signal: AbortSignal) => api.rows(month, 'statements', signal), [api, month]),
  );
  return (
    <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
      {(table) => {
        const all = statementLines(table);
        if (all.length === 0) return <p className="quiet">{words.noStatements}</p>;
        const found = all.filter(({ householdId, place }) =>
          `${householdId} ${place}`.toLowerCase().includes(search.trim().toLowerCase()),
        );
        return (
          <div className="stack">
            <TextField label={words.find} value={search} onChange={setSearch} />
            <p className="quiet">{words.shownOf(Math.min(found.length, shownAtMost), all.length)}</p>
            <ul className="rows">
              {found.slice(0, shownAtMost).map((line) => (
                <Line key={line.householdId} {...{ api, month, time, line }} />
              ))}
            </ul>
          </div>
        );
      }}
    </Shown>
  );
}

interface LineProps extends StatementsPartProps {
  readonly line: StatementLine;
}

function Line({ api, month, time, line }: LineProps) {
  const words = useMonthWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <li data-testid="statement-line">
      <span>
        <strong>{line.householdId}</strong> <span className="quiet">{line.place}</span>
      </span>
      <span className="statement-figures">
        <span>
          {words.opening} {yuanOfFen(line.openingFen)}
        </span>
        <span>
          {words.closingBalance} {yuanOfFen(line.closingFen)}
        </span>
        {line.owedFen > 0 && (
          <span>
            {words.owed} {yuanOfFen(line.owedFen)}
          </span>
        )}
        <span>{kWhOfWh(line.energyWh)} kWh</span>
      </span>
      <button
        type="button"
        className="button button-small"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? words.hide : words.show}
      </button>
      {isOpen && <StatementSheet {...{ api, month, time }} householdId={line.householdId} />}
    </li>
  );
}

interface StatementSheetProps extends StatementsPartProps {
  readonly householdId: string;
}

/** A household's month, movement by movement, from its opening to its closing. */
export function StatementSheet({ api, month, time, householdId }: StatementSheetProps) {
  const { loaded, outdated, refresh } = useLoaded(
    useCallback(
      (signal: AbortSignal) => api.statement(month, householdId, signal),
      [api, month, householdId],
    ),
  );
  return (
    <div className="statement-sheet">
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {(statement) => <StatementTable statement={statement} time={time} />}
      </Shown>
    </div>
  );
}

interface StatementTableProps {
  readonly statement: Statement;
  readonly time: EstateTime;
}

function StatementTable({ statement: { statement, rows, facilities }, time }: StatementTableProps) {
  const words = useMonthWords();
  const { name, text } = useText();
  const placeOf = (facilityId: string) => {
    const facility = ownOf(facilities, facilityId);
    return facility === undefined ? facilityId : name(facility);
  };
  return (
    <div className="table-frame">
      <table className="table table-stacked" data-testid="statement">
        <thead>
          <tr>
            <th scope="col">{words.columns.day}</th>
            <th scope="col">{words.columns.what}</th>
            <th scope="col" className="number">
              {words.columns.change}
            </th>
            <th scope="col" className="number">
              {words.columns.after}
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row" colSpan={3}>
              {words.opening}
            </th>
            <td className="number">{yuanOfFen(statement.openingFen)}</td>
          </tr>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a closed month never change their order.
            <tr key={index}>
              <td>{row.day}</td>
              <td>
                {wordFor(words.rowKinds, row.kind)}
                {row.session !== undefined &&
                  ` · ${placeOf(row.session.facilityId)} ${text.port(row.session.port)}`}
                {row.session?.endedAtMs !== undefined && ` · ${time.dayAndTime(row.session.endedAtMs)}`}
                {row.belongsTo !== undefined && (
                  <span className="quiet"> {words.belongsTo(row.belongsTo)}</span>
                )}
              </td>
              <td className="number" data-label={words.columns.change}>
                {yuanOfFen(row.balanceFen)}
              </td>
              <td className="number" data-label={words.columns.after}>
                {yuanOfFen(row.balanceAfterFen)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {words.closingBalance}
              {statement.closingOwedFen > 0 && ` · ${words.owed} ${yuanOfFen(statement.closingOwedFen)}`}
            </th>
            <td className="number">{yuanOfFen(statement.closingFen)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
