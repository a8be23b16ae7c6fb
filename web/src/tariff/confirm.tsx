import type { Tariff } from '../../../contract/shapes/tariff.ts';
import type { Place } from '../../../contract/shapes/tariff-list.ts';
import { Send } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import type { Action } from '../parts/use-loaded.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import type { PreviewSum } from './comparison.ts';
import { TariffSummary } from './tariff-summary.tsx';
import { useTariffWords } from './words.ts';

interface ConfirmProps {
  readonly tariff: Tariff;
  readonly places: readonly Place[];
  readonly time: EstateTime;
  /** Of this very draft; undefined if it has not been replayed. */
  readonly preview: PreviewSum | undefined;
  readonly action: Action<unknown>;
  readonly onConfirm: () => void;
  readonly onBack: () => void;
}

/** The last look: from when, for whom, what it says and what it would have done; it cannot be taken back. */
export function Confirm({ tariff, places, time, preview, action, onConfirm, onBack }: ConfirmProps) {
  const { name } = useText();
  const words = useTariffWords();
  const facility = places.find((known) => known.facilityId === tariff.facilityId);
  const scope =
    tariff.facilityId === undefined ? words.wholeEstate : facility ? name(facility.name) : tariff.facilityId;
  return (
    <>
      <h1>{words.editorTitle}</h1>
      <section className="card" aria-labelledby="confirm-title" data-testid="tariff-confirm">
        <h2 id="confirm-title">
          {words.confirmTitle} <code>{tariff.tariffVersion}</code>
        </h2>
        <p className="statement">
          {words.confirmWhen(time.fullDayAndTime(tariff.effectiveFromMs))} {words.confirmFor(scope)}
        </p>
        <TariffSummary tariff={tariff} />
        <p>
          {preview === undefined
            ? words.confirmNoReplay
            : words.confirmReplay(paysWords(words, preview.totals.afterFen - preview.totals.beforeFen))}
        </p>
        <p className="note note-problem">
          <Icon of="fault" />
          <span>{words.confirmFixed}</span>
        </p>
        <Send action={action} onClick={onConfirm}>
          {words.confirmButton}
        </Send>
        <button type="button" className="button" onClick={() => action.state !== 'sending' && onBack()}>
          {words.keepEditing}
        </button>
      </section>
    </>
  );
}

/** A difference in words, with its amount: a sign or a colour alone would not say it. */
export function paysWords(words: ReturnType<typeof useTariffWords>, differenceFen: number): string {
  if (differenceFen === 0) return words.pays.same;
  return words.pays[differenceFen > 0 ? 'more' : 'less'](yuanOfFen(Math.abs(differenceFen)));
}
