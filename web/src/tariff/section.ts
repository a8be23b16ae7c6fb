import type { Draft } from './draft.ts';
import type { FieldProblem } from './tariff-of.ts';

/** What every part of the editor is given. */
export interface SectionProps {
  readonly draft: Draft;
  readonly change: (patch: Partial<Draft>) => void;
  /** What is wrong with a field, in words; undefined while nothing is, or nobody has tried to save yet. */
  readonly problemOf: (field: string) => string | undefined;
}

export type ProblemOf = SectionProps['problemOf'];

/** An empty field is not called wrong before somebody has tried to go on. */
export function problemReader(
  problems: Readonly<Record<string, FieldProblem>>,
  words: Readonly<Record<FieldProblem, string>>,
  tried: boolean,
): ProblemOf {
  return (field) => {
    const problem = problems[field];
    if (problem === undefined || (!tried && (problem === 'missing' || problem === 'not-acknowledged')))
      return undefined;
    return words[problem];
  };
}

/** A list with one of its items changed, or, with undefined, without it. */
export function replaced<T>(list: readonly T[], index: number, item: T | undefined): T[] {
  return list.flatMap((known, at) => (at !== index ? [known] : item === undefined ? [] : [item]));
}
