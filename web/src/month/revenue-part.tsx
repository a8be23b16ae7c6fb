import { useCallback, useState } from 'react';
import type { Month } from '../../../contract/shapes/books.ts';
import type { Place } from '../../../contract/shapes/tariff-list.ts';
import { parties } from '../../../contract/words/words.ts';
import { Choices } from '../parts/form.tsx';
import { Shown } from '../parts/shown.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { kWhOfWh, yuanOfFen } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import type { MonthApi } from './month-api.ts';
import { type RevenueGroup, type RevenueLine, revenueGroups, revenueLines, sumOf } from './tables.ts';
import { useMonthWords } from './words.ts';

interface RevenuePartProps {
  readonly api: MonthApi;
  readonly month: string;
  readonly places: readonly Place[];
}

/** What was earned, by facility, day or version; the same sum every time. */
export function RevenuePart({ api, month, places }: RevenuePartProps) {
  const words = useMonthWords();
  const { name } = useText();
  const [by, setBy] = useState<RevenueGroup>('facility');
  const { loaded, outdated, refresh } = useLoaded(
    useCallback((signal: AbortSignal) => api.rows(month, 'revenue', signal), [api, month]),
  );
  return (
    <div className="stack">
      <Choices
        label={words.by}
        value={by}
        options={revenueGroups.map((group) => [group, words.groups[group]])}
        onChange={setBy}
      />
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {(table) => {
          const lines = revenueLines(table, by);
          const nameOf = (group: string) => {
            const place = places.find(({ facilityId }) => by === 'facility' && facilityId === group);
            if (place !== undefined) return name(place.name);
            return group === '' ? words.estateItself : group;
          };
          if (lines.length === 0) return <p className="quiet">{words.noRevenue}</p>;
          return (
            <div className="table-frame">
              <table className="table table-stacked" data-testid="revenue">
                <thead>
                  <tr>
                    <th scope="col">{words.groups[by]}</th>
                    {[words.energy, words.electricity, words.service, words.package, words.total].map(
                      (word) => (
                        <th key={word} scope="col" className="number">
                          {word}
                        </th>
                      ),
                    )}
                  </tr>
                </thead>
                <tbody>
                  {lines.map((line) => (
                    <tr key={line.group}>
                      <th scope="row">{nameOf(line.group)}</th>
                      <Amounts line={line} />
                    </tr>
                  ))}
                </tbody>
                <tfoot>
                  <tr>
                    <th scope="row">{words.total}</th>
                    <Amounts line={sumOf(lines)} />
                  </tr>
                </tfoot>
              </table>
            </div>
          );
        }}
      </Shown>
    </div>
  );
}

function Amounts({ line }: { readonly line: RevenueLine }) {
  const words = useMonthWords();
  const cells = [
    [words.energy, `${kWhOfWh(line.energyWh)} kWh`],
    [words.electricity, yuanOfFen(line.electricityFen)],
    [words.service, yuanOfFen(line.serviceFen)],
    [words.package, yuanOfFen(line.packageFen)],
    [words.total, yuanOfFen(line.totalFen)],
  ] as const;
  return cells.map(([word, shown]) => (
    <td key={word} className="number" data-label={word}>
      {shown}
    </td>
  ));
}

/** Who gets how much of each line. The parts add up to the line, to the fen. */
export function SplitPart({ split }: { readonly split: NonNullable<Month['split']> }) {
  const words = useMonthWords();
  return (
    <div className="stack">
      <p className="quiet">
        {split.ruleFromMonth === undefined ? words.splitUnwritten : words.splitRule(split.ruleFromMonth)}
      </p>
      <div className="table-frame">
        <table className="table table-stacked" data-testid="split">
          <thead>
            <tr>
              <th scope="col">{words.line}</th>
              <th scope="col" className="number">
                {words.total}
              </th>
              {parties.map((party) => (
                <th key={party} scope="col" className="number">
                  {wordFor(words.parties, party)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(split.lines).map(([line, { totalFen, shares, parts }]) => (
              <tr key={line}>
                <th scope="row">{wordFor(words.lines, line)}</th>
                <td className="number" data-label={words.total}>
                  {yuanOfFen(totalFen)}
                </td>
                {parties.map((party) => (
                  <td key={party} className="number" data-label={wordFor(words.parties, party)}>
                    <span>
                      {yuanOfFen(parts[party])}{' '}
                      <span className="together">({permilleText(shares[party])})</span>
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** 1000 → 100%, 125 → 12.5%. */
function permilleText(permille: number): string {
  const tenths = permille % 10;
  return `${(permille - tenths) / 10}${tenths === 0 ? '' : `.${tenths}`}%`;
}
