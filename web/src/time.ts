import type { Language } from './text.ts';

/** Times as people at one estate read them: in the estate's zone, whatever the zone of the reader's machine. */
export interface EstateTime {
  /** 19:42 */
  time(atMs: number): string;
  /** 19:42:07 */
  seconds(atMs: number): string;
  /** 11月23日 or 23 Nov */
  day(atMs: number): string;
  /** 11月23日 19:42 */
  dayAndTime(atMs: number): string;
  /** Both ends, with their days where these differ. */
  ends(fromMs: number, toMs: number): readonly [string, string];
  sameDay(oneMs: number, otherMs: number): boolean;
}

export function estateTime(timeZone: string, language: Language): EstateTime {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
    return (atMs: number) => formatter.format(atMs);
  };
  const time = format({ hour: '2-digit', minute: '2-digit' });
  const day = format({ month: 'short', day: 'numeric' });
  const fullDay = format({ year: 'numeric', month: '2-digit', day: '2-digit' });
  const sameDay = (oneMs: number, otherMs: number) => fullDay(oneMs) === fullDay(otherMs);
  const dayAndTime = (atMs: number) => `${day(atMs)} ${time(atMs)}`;
  return {
    time,
    seconds: format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    day,
    dayAndTime,
    ends: (fromMs, toMs) =>
      sameDay(fromMs, toMs) ? [time(fromMs), time(toMs)] : [dayAndTime(fromMs), dayAndTime(toMs)],
    sameDay,
  };
}
