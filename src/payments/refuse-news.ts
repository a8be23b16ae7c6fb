import type { Backend } from '../journal/commit.ts';
import { draft, nobodysEstate, sealed } from '../journal/entry.ts';
import type { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { originOf, type Word } from './handle-order-news.ts';

const keptBytes = 1024;

/** A notification stands in the journal under the hour, so that one which somebody has kept and repeats is not many. */
const hourMs = 3_600_000;

/**
 * Journals what a provider said and was not believed. Nothing else is written. Answers whether it had not been said in
 * the same words before: in this hour, where it is a notification.
 */
export async function refuseNews(
  backend: Backend,
  word: Word,
  estateId: string | undefined,
  { error, message }: DomainError,
): Promise<boolean> {
  const kept = { ...word, payload: word.payload.subarray(0, keptBytes) };
  const fact = `${error} ${word.topic} ${Buffer.from(word.payload).toString('base64')} ${message}`;
  const origin = originOf(backend, kept, { estateId: estateId ?? nobodysEstate }, fact);
  const entry = draft(
    keys.refused(
      word.provider,
      word.topic === 'notification' ? Math.floor(origin.receivedAtMs / hourMs) * hourMs : origin.receivedAtMs,
      backend.vault.mac(fact),
    ),
    origin,
    {
      kind: 'refused',
      outcome: 'refused',
      refusal: error,
      facts: { detail: message.slice(0, 200) },
    },
  );
  return (await backend.table.commit([{ put: { ...sealed(entry, backend.vault) }, when: 'absent' }]))
    .committed;
}
