import type { LiveBody, LiveKind } from '../../contract/shapes/live.ts';
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

/** A message to the pages that follow an estate. */
export function live<Kind extends LiveKind>(
  estateId: string,
  kind: Kind,
  body: Readonly<LiveBody<Kind>>,
): LiveMessage {
  return { topic: `live/${estateId}/${kind}`, body: { ...body } };
}
