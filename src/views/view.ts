import type { Registry } from '../estate/registry-store.ts';
import type { Table, Write } from '../shared/table.ts';

/** What a change of the table means to those who look on: read models to write, and messages to live pages. */
export interface View {
  readonly writes: readonly Write[];
  readonly live: readonly LiveMessage[];
}

export interface LiveMessage {
  readonly topic: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ViewSources {
  readonly table: Table;
  readonly registry: Registry;
}

export const nothing: View = { writes: [], live: [] };

export function live(estateId: string, kind: string, body: Readonly<Record<string, unknown>>): LiveMessage {
  return { topic: `live/${estateId}/${kind}`, body };
}
