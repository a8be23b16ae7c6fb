/** The invariants of the system by their numbers, and what has none; `defect` is a failure that nothing was done to cause. */
export type Invariant =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'control'
  | 'smoke'
  | 'doors'
  | 'views'
  | 'defect';

export interface Violation {
  readonly invariant: Invariant;
  readonly found: string;
}

/** Keeps the first violation: what comes after it is its consequence. */
export class Verdict {
  #first: Violation | undefined;

  get first(): Violation | undefined {
    return this.#first;
  }

  breach(invariant: Invariant, found: string): void {
    this.#first ??= { invariant, found };
  }
}
