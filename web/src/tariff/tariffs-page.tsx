import { useCallback, useMemo, useState } from 'react';
import type { Tariff } from '../../../contract/shapes/tariff.ts';
import type { Tariffs } from '../../../contract/shapes/tariff-list.ts';
import type { PageProps } from '../cloud/page.ts';
import { Done } from '../parts/form.tsx';
import { Shown } from '../parts/shown.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { useText } from '../words/text.ts';
import { estateTime } from '../words/time.ts';
import { type Draft, draftOf, emptyDraft } from './draft.ts';
import { Editor } from './editor.tsx';
import { tariffApi } from './tariff-api.ts';
import { stateOf, VersionList } from './version-list.tsx';
import { useTariffWords } from './words.ts';

interface Writing {
  readonly first: Draft;
  readonly copiedFrom: string | undefined;
}

/** All versions of an estate's prices; from any of them, or from nothing, a new one is written. */
export function TariffsPage({ client, estate }: PageProps) {
  const { estateId, timeZone } = estate;
  const { language } = useText();
  const words = useTariffWords();
  const time = useMemo(() => estateTime(timeZone, language), [timeZone, language]);
  const api = useMemo(() => tariffApi(client, estateId), [client, estateId]);
  const { loaded, outdated, refresh } = useLoaded(
    useCallback((signal: AbortSignal) => api.list(signal), [api]),
  );
  const [writing, setWriting] = useState<Writing>();
  const [savedVersion, setSavedVersion] = useState<string>();
  const write = (tariff: Tariff | undefined, nowMs: number) =>
    setWriting({
      first: tariff === undefined ? emptyDraft(timeZone, nowMs) : draftOf(tariff, nowMs),
      copiedFrom: tariff?.tariffVersion,
    });
  const onSaved = ({ tariffVersion }: Tariff) => {
    setSavedVersion(tariffVersion);
    setWriting(undefined);
    scrollTo({ top: 0 });
    refresh();
  };
  return (
    <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
      {(list) =>
        writing === undefined ? (
          <section className="stack" aria-labelledby="tariffs-title">
            <div className="section-head">
              <h1 id="tariffs-title">{words.title}</h1>
              <button
                type="button"
                className="button button-primary"
                onClick={() => write(newestInForce(list), list.nowMs)}
              >
                {words.newVersion}
              </button>
            </div>
            <p className="quiet">{words.intro}</p>
            {savedVersion !== undefined && <Done>{words.saved(savedVersion)}</Done>}
            {list.tariffs.length === 0 && <p className="note">{words.none}</p>}
            <VersionList
              key={savedVersion}
              {...{ api, list, time, openVersion: savedVersion }}
              onCopy={(tariff) => write(tariff, list.nowMs)}
            />
          </section>
        ) : (
          <Editor
            {...{ ...writing, api, timeZone, time, onSaved, nowMs: list.nowMs, noticeMs: list.noticeMs }}
            places={list.inForce}
            taken={list.tariffs.map(({ tariffVersion }) => tariffVersion)}
            onLeave={() => setWriting(undefined)}
          />
        )
      }
    </Shown>
  );
}

/** What a new version is a copy of, if nobody says: the estate's own that is in force. */
function newestInForce(list: Tariffs): Tariff | undefined {
  const inForce = list.tariffs.filter((tariff) => stateOf(tariff, list) === 'inForce');
  return inForce.findLast(({ facilityId }) => facilityId === undefined) ?? inForce.at(-1);
}
