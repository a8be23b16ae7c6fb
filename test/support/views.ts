import * as z from 'zod/mini';
import { householdMessageSchema, liveSchemas } from '../../contract/shapes/live.ts';
import type { Overview } from '../../contract/shapes/overview.ts';
import type { Item } from '../../src/shared/table.ts';
import { placeOf, unknownMember } from '../../src/shared/unknown-member.ts';
import { overview } from '../../src/views/overview.ts';
import type { LiveMessage, View, ViewSources } from '../../src/views/view.ts';
import { viewOf as viewOfChange } from '../../src/views/view-of-change.ts';
import { writeView } from '../../src/views/write-view.ts';
import type { TestEstate } from './estate.ts';
import { estateId } from './estate-names.ts';

/** The view of a change, whose live messages are what the contract says, and no more. */
export const viewOf: typeof viewOfChange = async (sources, change) => {
  const view = await viewOfChange(sources, change);
  for (const message of view.live) checkLive(message);
  return view;
};

/** The view of something that was not there before. */
export const viewOfNew = (sources: ViewSources, after: object | undefined): Promise<View> =>
  viewOf(sources, { before: undefined, after: after as Item | undefined });

function checkLive({ topic, body }: LiveMessage): void {
  const [, , kind = ''] = topic.split('/');
  const schemas: Readonly<Record<string, z.ZodMiniType>> = liveSchemas;
  const schema = kind.startsWith('household-') ? householdMessageSchema : schemas[kind];
  if (schema === undefined) throw new Error(`The contract knows no messages of ${topic}`);
  const sent: unknown = JSON.parse(JSON.stringify(body));
  const unknown = unknownMember(sent, z.parse(schema, sent));
  if (unknown !== undefined) throw new Error(`${topic}: the contract knows no ${placeOf(unknown)}`);
}

/** Writes every read model, as the table's stream would have by now. */
export async function writeViews({ backend, table }: TestEstate): Promise<void> {
  const silent = { publish: async () => {} };
  for (const after of [...table.all()]) await writeView(table, silent, await viewOfNew(backend, after));
}

/** What a manager is shown of the estate now. */
export const shownOf = ({ backend }: TestEstate): Promise<Overview> =>
  overview(backend, backend.clock, estateId);

/** The same of its one facility, the garage. */
export async function garageOf(estate: TestEstate): Promise<Overview['facilities'][number]> {
  const [facility] = (await shownOf(estate)).facilities;
  if (facility === undefined) throw new Error('There is no garage');
  return facility;
}
