import * as z from 'zod/mini';
import { bilingual } from '../contract.ts';
import { yuanOfFen } from '../money.ts';
import { useMonthWords } from '../month/words.ts';
import { useText, wordFor } from '../text.ts';
import type { EstateTime } from '../time.ts';
import { useOfficeWords } from './words.ts';

/** Members whose values are words of ours; another's may be called the same. */
const worded: ReadonlySet<string> = new Set(['facilityKind', 'direction', 'sensor']);

const doors = z.array(z.object({ door: z.int(), name: bilingual, direction: z.string() }));
const shares = z.record(z.string(), z.record(z.string(), z.int()));
const memberTerms = z.object({ name: z.optional(z.string()), monthLimitFen: z.optional(z.int()) });

/** Members of the configuration, and their values, in words of people. What has no words is shown as it is. */
export function useSettingText(time: EstateTime) {
  const words = useOfficeWords();
  const { lines, parties } = useMonthWords();
  const { language } = useText();
  const memberName = (member: string): string =>
    member.startsWith('member:')
      ? `${wordFor(words.settingMembers, 'memberId')} ${member.slice('member:'.length)}`
      : wordFor(words.settingMembers, member);

  const doorsText = (value: unknown) =>
    doors
      .parse(value)
      .map(
        ({ door, name, direction }) =>
          `${door} ${name[language]} (${wordFor(words.settingValues, direction)})`,
      )
      .join(', ');
  const sharesText = (value: unknown) =>
    Object.entries(shares.parse(value))
      .map(([line, parts]) => {
        const each = Object.entries(parts).map(
          ([party, permille]) => `${wordFor(parties, party)} ${permille / 10} %`,
        );
        return `${wordFor(lines, line)} ${each.join(' / ')}`;
      })
      .join('; ');
  const termsText = (value: unknown) => {
    const { name, monthLimitFen } = memberTerms.parse(value);
    return [name, monthLimitFen === undefined ? undefined : yuanOfFen(monthLimitFen)]
      .filter(Boolean)
      .join(' ');
  };

  function valueText(member: string, value: unknown): string {
    if (value === undefined) return words.absent;
    if (typeof value === 'number') {
      if (member.endsWith('Fen')) return yuanOfFen(value);
      return member.endsWith('AtMs') || member.endsWith('FromMs') ? time.dayAndTime(value) : String(value);
    }
    if (typeof value === 'string') return worded.has(member) ? wordFor(words.settingValues, value) : value;
    if (member === 'doors') return doorsText(value);
    if (member === 'shares') return sharesText(value);
    if (member === 'login') return words.outcomes['set'] ?? '';
    if (member.startsWith('member:')) return termsText(value);
    if (Array.isArray(value)) return value.join(', ') || words.absent;
    const both = bilingual.safeParse(value);
    return both.success ? both.data[language] : JSON.stringify(value);
  }
  return { memberName, valueText };
}
