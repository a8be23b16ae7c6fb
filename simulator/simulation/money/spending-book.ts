interface Spent {
  totalFen: number;
  readonly byMember: Map<string, number>;
}

/** What households and their members have spent, by the local month. */
export class SpendingBook {
  readonly #months = new Map<string, Spent>();

  in(
    householdId: string,
    month: string,
  ): { readonly totalFen: number; readonly byMember: ReadonlyMap<string, number> } {
    return this.#month(householdId, month);
  }

  add(householdId: string, memberId: string | undefined, month: string, fen: number): void {
    const spent = this.#month(householdId, month);
    spent.totalFen += fen;
    if (memberId !== undefined) spent.byMember.set(memberId, (spent.byMember.get(memberId) ?? 0) + fen);
  }

  #month(householdId: string, month: string): Spent {
    const name = `${householdId} ${month}`;
    const spent = this.#months.get(name) ?? { totalFen: 0, byMember: new Map() };
    this.#months.set(name, spent);
    return spent;
  }
}
