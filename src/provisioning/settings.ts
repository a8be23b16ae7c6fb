import type { Backend } from '../journal/commit.ts';
import { settingRules } from '../settings/rules.ts';
import { membersOn, putMembers, type Setting } from '../settings/setting.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { isTimeZone } from '../shared/local-time.ts';
import type { Key } from '../shared/table.ts';
import { cashApprovalFen } from '../wallet/cash-alone.ts';

/** The estate itself. Throws `bad-request` for a zone that is none. */
export function estateSetting(backend: Backend, estateId: string): Setting {
  const setting = onItem(backend, 'estate', estateId, { ...keys.estate(estateId), estateId });
  return {
    ...setting,
    async read() {
      const standing = await setting.read();
      return {
        ...standing,
        defaults: { cashApprovalFen },
        write(members) {
          const timeZone = String(members['timeZone']);
          if (!isTimeZone(timeZone)) throw new DomainError('bad-request', `${timeZone} is no IANA time zone`);
          return standing.write(members);
        },
      };
    },
  };
}

/** A facility's own state (an evacuation that is going on) is kept when its description is written again. */
export const facilitySetting = (backend: Backend, estateId: string, facilityId: string): Setting =>
  onItem(backend, 'facility', facilityId, {
    ...keys.facility(estateId, facilityId),
    ...{ type: 'facility', estateId, facilityId },
  });

export const householdSetting = (backend: Backend, estateId: string, householdId: string): Setting =>
  onItem(backend, 'household', householdId, {
    ...keys.household(estateId, householdId),
    ...{ estateId, householdId },
  });

/** What is written onto one item of its own. */
function onItem(
  { table }: Backend,
  kind: 'estate' | 'facility' | 'household',
  id: string,
  item: Key & Readonly<Record<string, unknown>>,
): Setting {
  const names = Object.keys(settingRules[kind]);
  return {
    kind,
    id,
    async read() {
      const [existing] = await table.get([item]);
      return {
        members: membersOn(existing, names),
        version: existing?.version ?? 0,
        write: (members) => [putMembers(existing, names, { ...item, ...members })],
      };
    },
  };
}
