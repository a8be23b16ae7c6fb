import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExportKind } from '../../contract/words/words.ts';
import { closeMonth, shownMonth } from '../../src/books/close/close-month.ts';
import { readMonth } from '../../src/books/close/month-store.ts';
import { exportPage } from '../../src/books/export/export-page.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import {
  type BooksWorld,
  booksWorld,
  cost,
  estateId,
  hour,
  november,
  october,
  ran,
  zone,
} from '../books/ledger-builder.ts';

/** A month that is over and several pages long; one household alone is longer than a page, and one has hostile words. */
export async function longMonth(): Promise<BooksWorld> {
  const households = Array.from({ length: 60 }, (_, index) => `h${index}`);
  const world = await booksWorld(zone, ...households);
  const hostile = { householdId: 'h1', building: '=HYPERLINK("http://evil.example")', unit: '２\t@SUM(A1)' };
  await world.table.commit([
    { put: { ...keys.household(estateId, 'h1'), ...hostile, estateId }, when: 'always' },
  ]);
  for (const [index, householdId] of households.entries())
    await world.topUp(october + index * 60_000, householdId, 1000 + index);
  for (let order = 1; order <= 900; order += 1) {
    const startedAtMs = october + order * 600_000;
    const facts = ran(order, 'h3', startedAtMs, startedAtMs + hour, order);
    await world.session(startedAtMs + hour, 'settled', facts, cost('h3', order % 50, order % 30));
  }
  world.nowMs = november + 14 * hour;
  return world;
}

/**
 * The part of the HTTP API that closing a month needs, before such a world. `hold` may keep an answer back for ever, as
 * a network does.
 */
export async function serveBooks(world: BooksWorld, hold: (path: string) => boolean) {
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (hold(url.pathname + url.search)) return;
    try {
      response.end(JSON.stringify(await answer(world, request.method ?? '', url)));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      response.statusCode = error.status;
      response.end(JSON.stringify({ error: error.error, message: error.message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(world: BooksWorld, method: string, url: URL): Promise<unknown> {
  const [, , estate = '', , month = '', what, kind] = url.pathname.split('/');
  if (method === 'POST' && what === 'close')
    return closeMonth(world.backend, world.origin(), month, { steps: 5 });
  if (what === 'export')
    return exportPage(
      world.table,
      estate,
      month,
      kind as ExportKind,
      url.searchParams.get('cursor') ?? undefined,
    );
  const found = await readMonth(world.table, estate, month);
  return found && shownMonth(found);
}
