import { useState } from 'react';
import type { SplitRule } from '../../../contract/shapes/books.ts';
import { parties, type SplitLine, splitLines } from '../../../contract/words/words.ts';
import { Done, Send, TextField } from '../parts/form.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { wordFor } from '../words/text.ts';
import type { MonthApi } from './month-api.ts';
import { useMonthWords } from './words.ts';

/** What each line gives to each party, as it is typed, in per cent. */
type Typed = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface SplitRuleProps {
  readonly api: MonthApi;
  readonly rules: readonly SplitRule[];
  /** The first month that a new rule may well begin with. */
  readonly nextMonth: string;
  /** An operator's to set; others only see it. */
  readonly canSet: boolean;
  readonly onChanged: () => void;
}

/** By which rules revenue is split from which month on, and a new one. */
export function SplitRulePart({ api, rules, nextMonth, canSet, onChanged }: SplitRuleProps) {
  const words = useMonthWords();
  const newest = [...rules].sort((a, b) => b.fromMonth.localeCompare(a.fromMonth));
  return (
    <div className="stack" data-testid="split-rules">
      {newest.length === 0 && <p className="quiet">{words.splitUnwritten}</p>}
      {newest.map(({ fromMonth, shares }) => (
        <div className="group" key={fromMonth}>
          <p>
            <strong>{words.splitRule(fromMonth)}</strong>
          </p>
          {splitLines.map((line) => (
            <p key={line}>
              {wordFor(words.lines, line)}:{' '}
              {parties
                .map((party) => `${wordFor(words.parties, party)} ${percentOf(shares[line][party])} %`)
                .join(' · ')}
            </p>
          ))}
        </div>
      ))}
      {canSet && <NewRule {...{ api, nextMonth, onChanged }} before={newest[0]} />}
    </div>
  );
}

interface NewRuleProps extends Pick<SplitRuleProps, 'api' | 'nextMonth' | 'onChanged'> {
  readonly before: SplitRule | undefined;
}

function NewRule({ api, nextMonth, onChanged, before }: NewRuleProps) {
  const words = useMonthWords();
  const [fromMonth, setFromMonth] = useState(nextMonth);
  const [typed, setTyped] = useState<Typed>(() => typedOf(before));
  const { action, run } = useAction(async (_requestId, rule: SplitRule) => {
    const waits = await api.setSplitRule(rule);
    onChanged();
    return waits;
  });
  const shares = sharesOf(typed);
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (shares !== undefined && /^\d{4}-\d{2}$/.test(fromMonth)) run({ fromMonth, shares });
      }}
    >
      <h3>{words.newSplitRule}</h3>
      <div className="fields">
        <TextField
          label={words.fromMonth}
          name="split-from"
          kind="month"
          value={fromMonth}
          onChange={setFromMonth}
        />
      </div>
      {splitLines.map((line) => (
        <fieldset key={line} className="group">
          <legend>{wordFor(words.lines, line)}</legend>
          <div className="fields">
            {parties.map((party) => (
              <TextField
                key={party}
                label={wordFor(words.parties, party)}
                name={`split-${line}-${party}`}
                kind="decimal"
                unit="%"
                value={typed[line]?.[party] ?? ''}
                onChange={(value) =>
                  setTyped((all) => ({ ...all, [line]: { ...all[line], [party]: value } }))
                }
              />
            ))}
          </div>
          {addsUp(typed[line]) || (
            <p className="field-problem" role="status">
              {words.splitProblem}
            </p>
          )}
        </fieldset>
      ))}
      <Send action={action} secondary>
        {words.saveSplitRule}
      </Send>
      {action.state === 'done' && <Done>{action.value ? words.splitRuleWaits : words.splitRuleSaved}</Done>}
    </form>
  );
}

const percentOf = (permille = 0): string => String(permille / 10);

/** Permille of what is typed as per cent, with one decimal at most; undefined for anything else. */
const permilleOf = (percent = ''): number | undefined =>
  /^\d{1,3}(\.\d)?$/.test(percent.trim()) ? Math.round(Number(percent) * 10) : undefined;

function addsUp(line: Typed[string] = {}): boolean {
  return parties.reduce((sum, party) => sum + (permilleOf(line[party]) ?? Number.NaN), 0) === 1000;
}

/** The new rule begins with what the one before says; where there is none, with everything for the property manager. */
function typedOf(before: SplitRule | undefined): Typed {
  return Object.fromEntries(
    splitLines.map((line) => [
      line,
      Object.fromEntries(
        parties.map((party) => [
          party,
          percentOf(before === undefined ? (party === 'property' ? 1000 : 0) : before.shares[line][party]),
        ]),
      ),
    ]),
  );
}

function sharesOf(typed: Typed): SplitRule['shares'] | undefined {
  if (!splitLines.every((line) => addsUp(typed[line]))) return undefined;
  const of = (line: SplitLine): SplitRule['shares'][SplitLine] => {
    const { property, operator, committee } = typed[line] ?? {};
    return {
      property: permilleOf(property) ?? 0,
      operator: permilleOf(operator) ?? 0,
      committee: permilleOf(committee) ?? 0,
    };
  };
  return { electricity: of('electricity'), service: of('service'), package: of('package') };
}
