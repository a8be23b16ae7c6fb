import type { SplitRule } from '../../../contract/shapes/books.ts';
import type { Name } from '../../../contract/shapes/name.ts';
import type { ProvisioningRecord } from '../../../contract/shapes/provisioning.ts';
import type { Budget } from '../../../contract/shapes/wallet-shown.ts';
import { useMonthWords } from '../month/words.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { useOfficeWords } from './words.ts';

/** Members whose values are words of ours; another's may be called the same. */
const worded: ReadonlySet<string> = new Set(['facilityKind', 'direction', 'sensor']);

type Doors = Extract<ProvisioningRecord, { kind: 'door-board' }>['doors'];

/** Members of the configuration, and their values, in words of people. What has no words is shown as it is. */
export function useSettingText(time: EstateTime) {
  const words = useOfficeWords();
  const { lines, parties } = useMonthWords();
  const { language } = useText();
  const memberName = (member: string): string =>
    member.startsWith('member:')
      ? `${wordFor(words.settingMembers, 'memberId')} ${member.slice('member:'.length)}`
      : wordFor(words.settingMembers, member);

  const doorsText = (doors: Doors) =>
    doors
      .map(
        ({ door, name, direction }) =>
          `${door} ${name[language]} (${wordFor(words.settingValues, direction)})`,
      )
      .join(', ');
  const sharesText = (shares: SplitRule['shares']) =>
    Object.entries(shares)
      .map(([line, parts]) => {
        const each = Object.entries(parts).map(
          ([party, permille]) => `${wordFor(parties, party)} ${permille / 10} %`,
        );
        return `${wordFor(lines, line)} ${each.join(' / ')}`;
      })
      .join('; ');
  const termsText = ({ name, monthLimitFen }: Budget['members'][string]) =>
    [name, monthLimitFen === undefined ? undefined : yuanOfFen(monthLimitFen)].filter(Boolean).join(' ');

  function valueText(member: string, value: unknown): string {
    if (value === undefined) return words.absent;
    if (typeof value === 'number') {
      if (member.endsWith('Fen')) return yuanOfFen(value);
      return member.endsWith('AtMs') || member.endsWith('FromMs') ? time.dayAndTime(value) : String(value);
    }
    if (typeof value === 'string') return worded.has(member) ? wordFor(words.settingValues, value) : value;
    if (member === 'doors') return doorsText(value as Doors);
    if (member === 'shares') return sharesText(value as SplitRule['shares']);
    if (member === 'login') return words.outcomes['set'] ?? '';
    if (member.startsWith('member:')) return termsText(value as Budget['members'][string]);
    if (Array.isArray(value)) return value.join(', ') || words.absent;
    const { [language]: name } = value as Partial<Name>;
    return typeof name === 'string' ? name : JSON.stringify(value);
  }
  return { memberName, valueText };
}
