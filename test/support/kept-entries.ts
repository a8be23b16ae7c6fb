import { commandsOf, type Entry } from '../../src/journal/entry.ts';
import { up } from './board.ts';
import { boardId, estateId, type TestEstate } from './estate.ts';

// Entries of the board's journal, whole, to be held against what is expected of them.

const minuteMs = 60_000;
export const pk = `DEVICE#${boardId}`;
export const to = { family: 'juy', deviceId: boardId };
export const threeYearsS = 1095 * 86_400;
export const halfAYearS = 180 * 86_400;
export const bySweep = { topic: 'sweep', sender: 'sweep' };
export const byBoard = (command: string) => ({ topic: up(command), sender: boardId });

/** Entries but for their seals; what those hide is the commands. */
export const keptOf = (estate: TestEstate, kind: string) =>
  estate.entries(kind).map(({ raw: _, digest: _d, outbox, outboxUntilMs: _u, ...rest }: Entry) => {
    const commands = commandsOf({ outbox }, estate.backend.vault);
    return commands.length === 0 ? rest : { ...rest, commands };
  });

/** Whose an entry of the board is, where it stands, and how long it is kept. */
export const own = (sk: string, atMs: number, keepS = threeYearsS) => ({
  ...{ pk, sk, type: 'entry', estateId, deviceId: boardId, receivedAtMs: atMs },
  expiresAtS: Math.floor(atMs / 1000) + keepS,
});

/** The command by which the session of port 2 is stopped. */
export const stop = (order: number, why: string, atMs: number) => ({
  to,
  command: {
    ...{ type: 'stop-session', commandId: `${boardId}-${order}.${why}`, expiresAtMs: atMs + 10 * minuteMs },
    ...{ port: 2, order },
  },
  acknowledgedAt: { pk, sk: `SESSION#${order}#stop-answered` },
});
