import type { SettingKind } from '../../contract/shapes/change.ts';
import type { Difference, Members } from './weigh.ts';

/**
 * A difference as the journal keeps it and people read it: no password, not even hashed, and of a webhook's address no
 * part that lets somebody write to it. Robots' tokens stand in its path and its query.
 */
export function journalled(kind: SettingKind, { before, after }: Difference): Difference {
  return { before: membersShown(kind, before), after: membersShown(kind, after) };
}

function membersShown(kind: SettingKind, members: Members): Members {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, shown(kind, name, value)]));
}

function shown(kind: SettingKind, name: string, value: unknown): unknown {
  if (kind === 'estate' && name === 'committeeWebhookUrl') return webhookShown(String(value));
  if (kind === 'charging-board' && name === 'login') return { user: (value as { user?: unknown }).user };
  return value;
}

/** `https://robot.example/…`: whose it is. */
export function webhookShown(url: string): string {
  if (!URL.canParse(url)) return '…';
  const { origin, pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}
