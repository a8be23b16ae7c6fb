import type { Client } from '../contract/client.ts';
import { addPreviews, type TariffPreview } from '../src/billing/preview-tariff.ts';
import { type Answer, badUse, commandOf } from './command.ts';
import { connect, connectionOptions, connectionUsage, estateIn } from './connection.ts';
import { readDraft } from './session-file.ts';

const USAGE = `pengyou tariffs list --estate E              all versions, and which is in force where
pengyou tariffs save <file> --estate E       saves a version; it takes effect in the future, for good
pengyou tariffs preview <file> --estate E    what the last thirty days would have cost under it
pengyou tariffs rollout <version> --estate E how far it has come on each board
${connectionUsage}

A file holds one tariff, as docs/billing.md describes it.`;

/**
 * Prices, from the command line. Answers the exit code: 0 done, 1 refused by the API, 2 a command that could not be
 * understood or carried out.
 */
export const run = commandOf({
  name: 'tariffs',
  usage: USAGE,
  options: connectionOptions,
  words: { least: 1, most: 2 },
  run: async ({ values, positionals: [command = '', subject] }) => {
    const wanted = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (wanted === undefined)
      throw badUse('tariffs', `${command} is none of ${Object.keys(commands).join(', ')}`);
    if ((subject !== undefined) !== wanted.subject)
      throw badUse('tariffs', `${command} takes ${wanted.subject ? 'one word' : 'nothing'} more`);
    const estate = estateIn(values);
    const api = await connect({ api: values.api, token: values.token, estate });
    return wanted.run({ api, path: { estateId: estate }, subject: subject ?? '' });
  },
});

interface Wanted {
  readonly api: Client;
  readonly path: { readonly estateId: string };
  readonly subject: string;
}

const commands: Readonly<
  Record<string, { readonly subject: boolean; readonly run: (wanted: Wanted) => Promise<Answer> }>
> = {
  list: { subject: false, run: list },
  save: { subject: true, run: save },
  preview: { subject: true, run: preview },
  rollout: { subject: true, run: rollout },
};

async function list({ api, path }: Wanted): Promise<Answer> {
  const body = await api.call('GET /estates/{estateId}/tariffs', { path });
  const where = body.inForce.map(
    ({ facilityId, tariffVersion = 'nothing', next }) =>
      `${facilityId}: ${tariffVersion}${next === undefined ? '' : `, then ${next.tariffVersion}`}`,
  );
  const versions = body.tariffs.map(
    ({ tariffVersion, effectiveFromMs, facilityId = 'the whole estate' }) =>
      `${tariffVersion}  from ${new Date(effectiveFromMs).toISOString()}  ${facilityId}`,
  );
  return { result: body, lines: [...versions, '', 'In force:', ...where] };
}

async function save({ api, path, subject }: Wanted): Promise<Answer> {
  const body = await api.call('POST /estates/{estateId}/tariffs', { path, body: readDraft(subject) });
  return {
    result: body,
    lines: [`${body.tariffVersion}: ${body.saved === 'saved' ? 'saved' : 'stands already'}`],
  };
}

async function preview({ api, path, subject }: Wanted): Promise<Answer> {
  const tariff = readDraft(subject);
  let sum: TariffPreview | undefined;
  let cursor: string | undefined;
  // The span must not move while its pages are read.
  let span: { fromMs?: number; untilMs?: number } = {};
  do {
    const body = { tariff, ...span, cursor };
    const page = await api.call('POST /estates/{estateId}/tariffs/preview', { path, body });
    sum = sum === undefined ? page.preview : addPreviews(sum, page.preview);
    span = { fromMs: page.fromMs, untilMs: page.untilMs };
    cursor = page.cursor;
  } while (cursor !== undefined);
  const { households, totals, byLine, sessions, interpolated, payMore, payLess, paySame } = sum;
  const lines = [
    `${sessions} sessions: ${yuan(totals.beforeFen)} before, ${yuan(totals.afterFen)} after`,
    ...byLine.map((line) => `  ${line.line}: ${yuan(line.beforeFen)} before, ${yuan(line.afterFen)} after`),
    `${payMore} households would pay more, ${payLess} less, ${paySame} the same`,
    ...(interpolated === 0 ? [] : [`${interpolated} sessions without frames were interpolated`]),
    ...households.map(
      (one) =>
        `  ${one.householdId}: ${yuan(one.beforeFen)} → ${yuan(one.afterFen)} (${signed(one.differenceFen)})`,
    ),
  ];
  return { result: sum, lines };
}

async function rollout({ api, path, subject }: Wanted): Promise<Answer> {
  const body = await api.call('GET /estates/{estateId}/tariffs/{tariffVersion}/rollout', {
    path: { ...path, tariffVersion: subject },
  });
  const lines = body.boards.map(({ deviceId, facilityId, state, detail, supersededBy, cannotShow }) =>
    [
      `${deviceId} (${facilityId}): ${state}`,
      ...[detail, supersededBy].filter((said) => said !== undefined),
      ...cannotShow.map((what) => `cannot show: ${what}`),
    ].join('; '),
  );
  return { result: body, lines: lines.length === 0 ? ['There is no board under it'] : lines };
}

function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)} yuan`;
}

function signed(fen: number): string {
  return fen > 0 ? `+${yuan(fen)}` : yuan(fen);
}
