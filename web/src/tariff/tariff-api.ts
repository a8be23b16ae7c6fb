import type { Client } from '../../../contract/client.ts';
import type { Preview, Tariff } from '../../../contract/shapes/tariff.ts';
import { addPages, type PreviewSum } from './comparison.ts';

/** From one moment up to another. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What the tariff pages ask of the HTTP API. */
export type TariffApi = ReturnType<typeof tariffApi>;

export function tariffApi({ call }: Client, estateId: string) {
  const path = { estateId };
  return {
    list: (signal?: AbortSignal) => call('GET /estates/{estateId}/tariffs', { path, signal }),
    save: (tariff: Tariff) => call('POST /estates/{estateId}/tariffs', { path, body: tariff }),
    /** Asks for page after page until all are added up; `onPage` hears how many sessions there are so far. */
    async preview(
      tariff: Tariff,
      span: Partial<Span>,
      onPage: (sessions: number) => void,
    ): Promise<PreviewSum> {
      let sum: PreviewSum | undefined;
      let cursor: string | undefined;
      let asked = span;
      do {
        const body = { tariff, ...asked, cursor };
        const page = await call('POST /estates/{estateId}/tariffs/preview', { path, body });
        const preview: Preview = page.preview;
        sum = sum === undefined ? preview : addPages(sum, preview);
        cursor = page.cursor;
        // Every page is of the span of the first, whatever the time is meanwhile.
        asked = { fromMs: page.fromMs, untilMs: page.untilMs };
        onPage(sum.sessions);
      } while (cursor !== undefined);
      return sum;
    },
    rollout: (tariffVersion: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/tariffs/{tariffVersion}/rollout', {
        path: { estateId, tariffVersion },
        signal,
      }),
  };
}
