import { describe, expect, it } from 'vitest';
import { drawnWh, powerW } from '../../simulator/devices/battery.ts';

const EMPTY_BIKE = { needWh: 500, chargerW: 200, taperS: 1200 };

describe('a battery', () => {
  it('draws the integral of its power, with no jump', () => {
    let sumWh = 0;
    for (let second = 0; second < 5 * 3600; second += 1) {
      sumWh += (powerW(EMPTY_BIKE, second) + powerW(EMPTY_BIKE, second + 1)) / 2 / 3600;
    }
    expect(drawnWh(EMPTY_BIKE, 5 * 3600)).toBeCloseTo(sumWh, 1);
    expect(drawnWh(EMPTY_BIKE, 3 * 3600)).toBeLessThan(EMPTY_BIKE.needWh);
  });

  it('that is nearly full begins in the tail', () => {
    const nearlyFull = { ...EMPTY_BIKE, needWh: 20 };
    expect(powerW(nearlyFull, 0)).toBe(60);
    expect(drawnWh(nearlyFull, 1200)).toBeCloseTo(20 * (1 - Math.exp(-1)), 6);
  });
});
