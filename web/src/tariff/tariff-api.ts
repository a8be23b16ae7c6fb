import type { Tariff } from '../../../contract/shapes/tariff.ts';
import { type Client, within } from '../client.ts';
import { addPages } from './comparison.ts';
import * as contract from './contract.ts';

/** From one moment up to another. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What the tariff pages ask of the HTTP API. */
export interface TariffApi {
  list(signal?: AbortSignal): Promise<contract.TariffList>;
  save(tariff: Tariff): Promise<void>;
  /** Asks for page after page until all are added up; `onPage` hears how many charges there are so far. */
  preview(tariff: Tariff, span: Partial<Span>, onPage: (charges: number) => void): Promise<contract.Preview>;
  rollout(tariffVersion: string, signal?: AbortSignal): Promise<contract.Rollout>;
}

export function tariffApi({ get, post }: Client, estateId: string): TariffApi {
  const tariffs = within(estateId, 'tariffs');
  return {
    list: (signal) => get(contract.tariffList, tariffs, signal),
    save: async (tariff) => {
      await post(contract.saved, tariffs, tariff);
    },
    preview: async (tariff, span, onPage) => {
      let sum: contract.Preview | undefined;
      let cursor: string | undefined;
      let asked = span;
      do {
        const page = await post(contract.previewPage, `${tariffs}/preview`, {
          tariff,
          ...asked,
          ...(cursor === undefined ? {} : { cursor }),
        });
        sum = sum === undefined ? page.preview : addPages(sum, page.preview);
        cursor = page.cursor;
        // Every page is of the span of the first, whatever the time is meanwhile.
        asked = { fromMs: page.fromMs, untilMs: page.untilMs };
        onPage(sum.charges);
      } while (cursor !== undefined);
      return sum;
    },
    rollout: (tariffVersion, signal) =>
      get(contract.rollout, `${tariffs}/${encodeURIComponent(tariffVersion)}/rollout`, signal),
  };
}
