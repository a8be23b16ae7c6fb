import { describe, expect, test } from 'vitest';
import { juy } from '../../../../src/devices/families/juy/codec.ts';
import { bytesOf, framed, IMEI } from './frames.ts';

const decode = (command: number, data: string) =>
  juy.decode(
    { topic: `JUY/D2S/${IMEI}/85/DEV`, payload: framed(command, bytesOf(data)), receivedAtMs: 0 },
    { timeZone: 'Asia/Shanghai', settlementUnitWh: 10 },
  );

function fieldOf(command: number, data: string, field: string): unknown {
  const decoded = decode(command, data);
  return decoded.ok ? (decoded.events[0] as unknown as Record<string, unknown>)[field] : decoded.reason;
}

describe('every code that the document names has its own word', () => {
  const words = (command: number, data: (code: string) => string, field: string, codes: number) =>
    Array.from({ length: codes }, (_, code) =>
      fieldOf(command, data(code.toString(16).padStart(2, '0')), field),
    );

  test('for what came of a start and of a stop', () => {
    expect(words(0x83, (code) => `03 01000000 02 ${code}`, 'result', 3)).toEqual([
      'started',
      'already-charging',
      'port-fault',
    ]);
    expect(words(0x84, (code) => `03 01000000 ${code}`, 'result', 3)).toEqual([
      'stopped',
      'was-idle',
      'order-mismatch',
    ]);
  });

  test('for why a session ended', () => {
    const settled = (code: string) =>
      `02 E9030000 E8030000 0C000000 0A000000 ${code} 2600 229A7C04 00 0000000000000000`;
    expect(words(0x85, settled, 'stopReason', 11)).toEqual([
      'full',
      'time-used-up',
      'money-used-up',
      'manual',
      'energy-used-up',
      'port-over-power',
      'no-charger-found',
      'over-temperature',
      'smoke',
      'smart-stop',
      'unknown',
    ]);
  });

  test('for who started a port by its own means', () => {
    const started = (code: string) => `01 70110100 ${code} 64000000 24130000 047C9A22`;
    expect(words(0x86, started, 'startedBy', 5)).toEqual([
      'unknown',
      'offline-card',
      'coin',
      'free-key',
      'unknown',
    ]);
  });

  test('for what a card at a port is for', () => {
    expect(words(0x87, (code) => `07 229A7C04 ${code}`, 'action', 5)).toEqual([
      'bad-payload',
      'balance',
      'start',
      'free-key',
      'bad-payload',
    ]);
  });
});
