import type { SettingKind } from '../../contract/shapes/change.ts';
import { splitRuleSetting } from '../books/close/split-store.ts';
import type { Backend } from '../journal/commit.ts';
import type { Setting } from '../settings/setting.ts';
import { creditSetting } from '../wallet/credit.ts';
import { deviceSetting } from './device-setting.ts';
import { estateSetting, facilitySetting, householdSetting } from './settings.ts';

/** A part of an estate's configuration by its kind and its name among those of its kind; `family` of a new device. */
export function findSetting(
  backend: Backend,
  estateId: string,
  kind: SettingKind,
  id: string,
  family?: string,
): Setting {
  switch (kind) {
    case 'estate':
      return estateSetting(backend, estateId);
    case 'facility':
      return facilitySetting(backend, estateId, id);
    case 'household':
      return householdSetting(backend, estateId, id);
    case 'credit':
      return creditSetting(backend, estateId, id);
    case 'split-rule':
      return splitRuleSetting(backend, estateId, id);
    default:
      return deviceSetting(backend, estateId, kind, id, family);
  }
}
