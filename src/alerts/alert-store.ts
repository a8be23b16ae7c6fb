import { keys } from '../shared/keys.ts';
import type { Item, Table, Write } from '../shared/table.ts';
import { type Alert, alertSchema } from './alert.ts';

export function putAlert(alert: Alert): Write {
  const { version, ...content } = alert;
  return {
    put: { ...keys.alert(alert.estateId, alert.alertId), type: 'alert', ...content },
    when: { version },
  };
}

export async function readAlert(table: Table, estateId: string, alertId: string): Promise<Alert | undefined> {
  const [item] = await table.get([keys.alert(estateId, alertId)]);
  return item === undefined ? undefined : parseAlert(item);
}

/** The latest alerts of an estate, newest first. */
export async function latestAlerts(table: Table, estateId: string, limit: number): Promise<Alert[]> {
  const items = await table.query({ pk: keys.alert(estateId, '').pk, newestFirst: true, limit });
  return items.map(parseAlert);
}

export function parseAlert(item: Item): Alert {
  return alertSchema.parse(item);
}
