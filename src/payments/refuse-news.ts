import type { Backend } from '../journal/commit.ts';
import { entryOf } from '../journal/entry.ts';
import type { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { originOf, type Word } from './take-order-news.ts';

/** Where no estate is known: operators see what is refused there. */
const nobodysEstate = '-';

const keptBytes = 1024;

/** Journals what a provider, or somebody in its name, said and was not believed. Nothing else is written. */
export async function refuseNews(
  backend: Backend,
  word: Word,
  estateId: string | undefined,
  { error, message }: DomainError,
): Promise<void> {
  const kept = { ...word, payload: word.payload.subarray(0, keptBytes) };
  const fact = `${error} ${word.topic} ${Buffer.from(word.payload).toString('base64')} ${message}`;
  const origin = originOf(backend, kept, { estateId: estateId ?? nobodysEstate }, fact);
  const entry = entryOf(
    keys.refused(word.provider, origin.receivedAtMs, backend.vault.mac(fact)),
    origin,
    {
      kind: 'refused',
      outcome: 'refused',
      refusal: error,
      keep: 'refusal',
      facts: { detail: message.slice(0, 200) },
    },
    backend.vault,
  );
  await backend.table.commit([{ put: { ...entry }, when: 'absent' }]);
}
