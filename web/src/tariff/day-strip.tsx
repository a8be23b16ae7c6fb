import { type CSSProperties, type PointerEvent, useRef, useState } from 'react';
import type { DayKind } from '../../../contract/words/words.ts';
import { milliYuanOfText } from '../words/amount.ts';
import { clockOf, coverage, type DraftPrice, type Stretch } from './strip.ts';
import { useTariffWords } from './words.ts';

interface DayStripProps {
  readonly day: DayKind;
  readonly stretches: readonly Stretch[];
  readonly prices: readonly DraftPrice[];
  /** Absent: only to be looked at. */
  readonly onPaint?: (from: number, to: number) => void;
}

/** On a phone the day has two rows, and what goes on in the second is marked again. */
const secondRow = 24;

/**
 * A day as 48 half hours, each as high as its price and marked with its name, so that it can be read without colour.
 * Dragging fills a range; whoever cannot drag types the same into the rows below it, which say all that this shows.
 */
export function DayStrip({ day, stretches, prices, onPaint }: DayStripProps) {
  const words = useTariffWords();
  const [drag, setDrag] = useState<{ readonly start: number; readonly end: number }>();
  const strip = useRef<HTMLDivElement>(null);
  const highest = Math.max(1, ...prices.map(({ price }) => milliYuanOfText(price) ?? 0));
  const [first, last] =
    drag === undefined ? [-1, -1] : [Math.min(drag.start, drag.end), Math.max(drag.start, drag.end)];
  const halfHourAt = ({ clientX, clientY }: PointerEvent) => {
    const cell = document.elementFromPoint(clientX, clientY)?.closest('[data-half-hour]');
    const isOwn = cell instanceof HTMLElement && strip.current?.contains(cell) === true;
    return isOwn ? Number(cell.dataset['halfHour']) : undefined;
  };
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    const at = halfHourAt(event);
    if (onPaint === undefined || at === undefined) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ start: at, end: at });
  };
  const go = (event: PointerEvent) => {
    const at = drag === undefined ? undefined : halfHourAt(event);
    if (drag !== undefined && at !== undefined && at !== drag.end) setDrag({ ...drag, end: at });
  };
  const end = () => {
    if (drag !== undefined) onPaint?.(first, last + 1);
    setDrag(undefined);
  };
  return (
    <div
      ref={strip}
      className={onPaint === undefined ? 'strip' : 'strip strip-editable'}
      role="img"
      aria-label={words.strip(words.days[day])}
      data-testid={`strip-${day}`}
      onPointerDown={begin}
      onPointerMove={go}
      onPointerUp={end}
      onPointerCancel={() => setDrag(undefined)}
    >
      {coverage(stretches).map((claims, halfHour) => {
        const claim = claims.length === 1 ? claims[0] : undefined;
        const index = prices.findIndex(({ priceId }) => priceId === claim?.priceId);
        const price = prices[index];
        const begins = claim?.from === halfHour;
        const state = claims.length === 0 ? 'gap' : claims.length > 1 ? 'overlap' : 'priced';
        const height = ((milliYuanOfText(price?.price ?? '') ?? 0) / highest) * 100;
        const isMarked = first <= halfHour && halfHour <= last;
        return (
          <span
            key={clockOf(halfHour)}
            className={`half-hour half-hour-${state}${isMarked ? ' half-hour-marked' : ''}`}
            data-half-hour={halfHour}
            {...(halfHour % 12 === 0 ? { 'data-clock': clockOf(halfHour) } : {})}
            data-state={state}
            style={{ '--height': `${height}%`, '--shade': index < 0 ? 0 : index % 5 } as CSSProperties}
          >
            {state === 'gap' && '?'}
            {state === 'overlap' && '×'}
            {state === 'priced' && (begins || halfHour === secondRow) && (
              <b className={begins ? 'mark' : 'mark mark-again'}>{markOf(words.priceNames, price, index)}</b>
            )}
          </span>
        );
      })}
    </div>
  );
}

/** What a stretch is marked with: the name of its price, or the price, or, while there is neither, its number in the list. */
export function markOf(
  names: Readonly<Record<string, string>>,
  price: DraftPrice | undefined,
  index: number,
): string {
  if (price === undefined) return '';
  if (price.name !== '') return names[price.name] ?? price.name;
  return price.price === '' ? `#${index + 1}` : price.price;
}

/** A price in a list to choose from: with its name, if it has one. */
export function priceWords(
  names: Readonly<Record<string, string>>,
  price: DraftPrice,
  index: number,
): string {
  const mark = markOf(names, price, index);
  return mark === price.price ? mark : `${mark} ${price.price}`;
}
