import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type * as z from 'zod/mini';
import type { rolloutSchema, tariffsSchema } from '../functions/contract/tariffs.ts';
import type { ApiClient } from '../simulator/provision.ts';
import { addPreviews, type TariffPreview } from '../src/billing/preview-tariff.ts';
import { CommandRefused, connect, connectionOptions, connectionUsage } from './connection.ts';
import { orFailure, type Tell } from './failure.ts';

const USAGE = `pengyou tariffs list --estate E              all versions, and which is in force where
pengyou tariffs save <file> --estate E       saves a version; it takes effect in the future, for good
pengyou tariffs preview <file> --estate E    what the last thirty days would have cost under it
pengyou tariffs rollout <version> --estate E how far it has come on each board
${connectionUsage}
  --json       the API's own answer

A file holds one tariff, as docs/billing.md describes it.`;

type Tariffs = z.infer<typeof tariffsSchema>;
type Rollout = z.infer<typeof rolloutSchema>;

/**
 * Prices, from the command line. Answers the exit code: 0 done, 1 refused by the API, 2 a command that could not be
 * understood or carried out.
 */
export async function run(
  args: readonly string[],
  tell: Tell = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  return orFailure(tell, async () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...connectionOptions,
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const [command = '', subject, ...more] = positionals;
    const wanted = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (
      values.help ||
      wanted === undefined ||
      more.length > 0 ||
      (subject !== undefined) !== wanted.subject
    ) {
      tell(USAGE);
      return values.help ? 0 : 2;
    }
    if (values.estate === undefined) throw new CommandRefused('Which estate? --estate');
    const api = await connect({ api: values.api, token: values.token, estate: values.estate });
    const answer = await wanted.run({
      api,
      path: `/estates/${values.estate}/tariffs`,
      subject: subject ?? '',
    });
    for (const line of values.json ? [JSON.stringify(answer.body, undefined, 2)] : answer.lines) tell(line);
    return 0;
  });
}

interface Wanted {
  readonly api: ApiClient;
  readonly path: string;
  readonly subject: string;
}

interface Answer {
  readonly body: unknown;
  readonly lines: readonly string[];
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
  const body = await api.get<Tariffs>(path);
  const where = body.inForce.map(
    ({ facilityId, tariffVersion = 'nothing', next }) =>
      `${facilityId}: ${tariffVersion}${next === undefined ? '' : `, then ${next.tariffVersion}`}`,
  );
  const versions = body.tariffs.map(
    ({ tariffVersion, effectiveFromMs, facilityId = 'the whole estate' }) =>
      `${tariffVersion}  from ${new Date(effectiveFromMs).toISOString()}  ${facilityId}`,
  );
  return { body, lines: [...versions, '', 'In force:', ...where] };
}

async function save({ api, path, subject }: Wanted): Promise<Answer> {
  const body = await api.post<{ tariffVersion: string; saved: string }>(path, tariffIn(subject));
  return { body, lines: [`${body.tariffVersion}: ${body.saved === 'saved' ? 'saved' : 'stands already'}`] };
}

async function preview({ api, path, subject }: Wanted): Promise<Answer> {
  const tariff = tariffIn(subject);
  let sum: TariffPreview | undefined;
  let cursor: string | undefined;
  // The span must not move while its pages are read.
  let span: { fromMs?: number; untilMs?: number } = {};
  do {
    const page = await api.post<{
      preview: TariffPreview;
      fromMs: number;
      untilMs: number;
      cursor?: string;
    }>(`${path}/preview`, { tariff, ...span, ...(cursor === undefined ? {} : { cursor }) });
    sum = sum === undefined ? page.preview : addPreviews(sum, page.preview);
    span = { fromMs: page.fromMs, untilMs: page.untilMs };
    cursor = page.cursor;
  } while (cursor !== undefined);
  const { households, totals, byLine, charges, interpolated, payMore, payLess, paySame } = sum;
  const lines = [
    `${charges} charges: ${yuan(totals.beforeFen)} before, ${yuan(totals.afterFen)} after`,
    ...byLine.map((line) => `  ${line.line}: ${yuan(line.beforeFen)} before, ${yuan(line.afterFen)} after`),
    `${payMore} households would pay more, ${payLess} less, ${paySame} the same`,
    ...(interpolated === 0 ? [] : [`${interpolated} charges without frames were interpolated`]),
    ...households.map(
      (one) =>
        `  ${one.householdId}: ${yuan(one.beforeFen)} → ${yuan(one.afterFen)} (${signed(one.differenceFen)})`,
    ),
  ];
  return { body: sum, lines };
}

async function rollout({ api, path, subject }: Wanted): Promise<Answer> {
  const body = await api.get<Rollout>(`${path}/${encodeURIComponent(subject)}/rollout`);
  const lines = body.boards.map(({ deviceId, facilityId, state, detail, remarks }) =>
    [`${deviceId} (${facilityId}): ${state}`, ...(detail === undefined ? [] : [detail]), ...remarks].join(
      '; ',
    ),
  );
  return { body, lines: lines.length === 0 ? ['There is no board under it'] : lines };
}

function tariffIn(file: string): object {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (error) {
    throw new CommandRefused(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new CommandRefused(`${file} holds no tariff`);
}

function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)} yuan`;
}

function signed(fen: number): string {
  return fen > 0 ? `+${yuan(fen)}` : yuan(fen);
}
