import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { JuyBoard } from './devices/juy-board.ts';
import type { KeptSettlement } from './devices/juy-settlements.ts';
import type { BoardMemory, UhppotedBoard } from './devices/uhppoted-board.ts';

interface Stored {
  readonly doors: Record<string, BoardMemory>;
  readonly charging: Record<string, readonly KeptSettlement[]>;
}

/**
 * The flash of all boards. The cloud's memory outlives the simulator, so the boards' must as well: otherwise every
 * second start would find all doors closed to everybody, and half of the ports taken by sessions that nobody ends.
 */
export class BoardMemories {
  readonly #file: string;
  readonly #stored: Stored;
  #written = '';

  constructor(file: string) {
    this.#file = file;
    this.#stored = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Stored)
      : { doors: {}, charging: {} };
  }

  /** A board out of the box has no cards; its counter begins at the time, so that no two lives share an event number. */
  ofDoorBoard(deviceId: number): BoardMemory {
    return this.#stored.doors[String(deviceId)] ?? { lastIndex: Math.floor(Date.now() / 1000), cards: [] };
  }

  ofChargingBoard(imei: string): readonly KeptSettlement[] {
    return this.#stored.charging[imei] ?? [];
  }

  save(doors: readonly UhppotedBoard[], charging: readonly JuyBoard[]): void {
    const memory: Stored = {
      doors: Object.fromEntries(doors.map((board) => [board.deviceId, board.memory])),
      charging: Object.fromEntries(charging.map((board) => [board.connection, board.memory])),
    };
    const text = JSON.stringify(memory);
    if (text === this.#written) return;
    // Written beside and moved: a power cut in the middle leaves the old memory whole.
    writeFileSync(`${this.#file}.new`, text);
    renameSync(`${this.#file}.new`, this.#file);
    this.#written = text;
  }
}
