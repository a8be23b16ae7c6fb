import type { DeadLetter } from '../src/intake/dead-letter.ts';
import { type Answer, badUse, commandOf, type Tell } from './command.ts';
import { localReach } from './connection.ts';
import { type DeadLetterQueue, openDeadLetters, type Received } from './dead-letter-queue.ts';
import { CommandRefused, RedriveRefused } from './refusal.ts';

const USAGE = `pengyou dead-letters list               what could not be handled, oldest first
pengyou dead-letters show <id>          one of them: whence, when, why, and to whom it would be handed again
pengyou dead-letters redrive <id> …     hands it again to whom it was for, and deletes it when that was taken
pengyou dead-letters redrive --all
  --queue URL  the stack's output DeadLettersUrl (PENGYOU_DEAD_LETTERS), with the AWS credentials of the environment;
               without it, the cloud that \`npm start\` runs here
  --json       what was done as one JSON text; an error as one line of JSON beside the output
What devices said is sealed in it, and is never shown. Exit code: 0 done, 1 refused, or one could not be handed back
(it stays), 2 not understood, or not possible from here.`;

/** How long a command keeps letters to itself: to look at them, and to hand back all there are. */
const lookS = 30;
const redriveS = 900;

interface Asked {
  readonly queue: DeadLetterQueue;
  readonly ids: readonly string[];
  readonly all: boolean;
  readonly tell: Tell;
}

const commands: Readonly<Record<string, (asked: Asked) => Promise<Answer>>> = { list, show, redrive };

export const run = commandOf({
  name: 'dead-letters',
  usage: USAGE,
  options: { queue: { type: 'string' }, all: { type: 'boolean', default: false } },
  words: { least: 1, most: 100 },
  run: async ({ values, positionals: [name = '', ...ids], tell }) => {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined)
      throw badUse('dead-letters', `${name} is none of ${Object.keys(commands).join(', ')}`);
    return command({ queue: queueOf(values.queue), ids, all: values.all === true, tell });
  },
});

/** As named, else that of the local cloud which runs here. */
function queueOf(named: string | undefined): DeadLetterQueue {
  const queueUrl = named ?? process.env['PENGYOU_DEAD_LETTERS'];
  if (queueUrl !== undefined) return openDeadLetters({ queueUrl });
  const { gateway, deadLetters } = localReach() ?? {};
  if (gateway === undefined || deadLetters === undefined)
    throw new CommandRefused(
      'no-queue',
      'No queue is named (--queue or PENGYOU_DEAD_LETTERS), and no cloud runs here (npm start)',
    );
  return openDeadLetters({ queueUrl: deadLetters, endpoint: gateway });
}

async function list({ queue, ids }: Asked): Promise<Answer> {
  if (ids.length > 0) throw badUse('dead-letters', `${ids[0]} is more than list takes`);
  const received = await queue.receive(lookS);
  await queue.giveBack(received);
  return {
    result: { deadLetters: received.map(shown) },
    lines: received.length === 0 ? ['There are no dead letters'] : received.map(line),
  };
}

async function show({ queue, ids }: Asked): Promise<Answer> {
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw badUse('dead-letters', 'show takes one id');
  const received = await queue.receive(lookS);
  await queue.giveBack(received);
  const found = withId(received, id);
  const members = Object.entries(shown(found));
  return {
    result: shown(found),
    lines: members.map(([name, value]) => `${name.padEnd(12)} ${textOf(value)}`),
  };
}

async function redrive({ queue, ids, all, tell }: Asked): Promise<Answer> {
  if (all === ids.length > 0) throw badUse('dead-letters', 'redrive takes ids, or --all');
  const received = await queue.receive(redriveS);
  const waiting = new Set(received);
  const redriven: string[] = [];
  const kept: { id: string; error: string; message: string }[] = [];
  try {
    for (const one of all ? received : ids.map((id) => withId(received, id))) {
      const refusal = await refusalOf(queue, one);
      if (refusal === undefined) {
        waiting.delete(one);
        redriven.push(one.id);
        tell(`${one.id}  handed back`);
      } else {
        kept.push({ id: one.id, error: refusal.error, message: refusal.message });
        tell(`${one.id}  stays: ${refusal.error}: ${refusal.message}`);
      }
    }
  } finally {
    await queue.giveBack([...waiting]);
  }
  const lines = [`${redriven.length} handed back, ${kept.length} stay`];
  return { result: { redriven, kept }, lines, exitCode: kept.length === 0 ? 0 : 1 };
}

/** Undefined when it was handed back and is gone. Deleted after it was taken: an event that comes twice counts once. */
async function refusalOf(queue: DeadLetterQueue, received: Received): Promise<RedriveRefused | undefined> {
  const { letter } = received;
  if (letter === undefined) return new RedriveRefused('not-redrivable', 'It is no dead letter of ours');
  try {
    await queue.redrive(letter);
  } catch (error) {
    if (error instanceof RedriveRefused) return error;
    throw error;
  }
  await queue.remove(received);
  return undefined;
}

function withId(received: readonly Received[], id: string): Received {
  const found = received.find((one) => one.id === id);
  if (found === undefined)
    throw new CommandRefused('not-found', `There is no dead letter ${id}, or somebody else looks at it now`);
  return found;
}

/** A letter for a person or a program: everything but its content. */
function shown({ id, letter }: Received): Record<string, unknown> {
  if (letter === undefined) return { id, origin: 'unknown', content: 'unreadable' };
  const { failedAtMs, receivedAtMs, to, sealed, ...rest } = letter;
  return {
    id,
    ...rest,
    failedAt: new Date(failedAtMs).toISOString(),
    ...(receivedAtMs === undefined ? {} : { receivedAt: new Date(receivedAtMs).toISOString() }),
    ...(to === undefined ? {} : { to: targetOf(to) }),
    content: sealed === undefined ? 'positions in the stream' : `sealed, ${sealed.length} characters`,
  };
}

const targetOf = (to: NonNullable<DeadLetter['to']>): string =>
  'functionArn' in to
    ? (to.functionArn.split(':')[6] ?? to.functionArn)
    : (to.queueUrl.split('/').at(-1) ?? '');

function line({ id, letter }: Received): string {
  if (letter === undefined) return `${id}  unreadable`;
  const { failedAtMs, origin, topic, to, error } = letter;
  const whom = to === undefined ? undefined : targetOf(to);
  const why = error === undefined ? undefined : `${error.type} ${error.message}`.trim();
  return [id, new Date(failedAtMs).toISOString(), origin, topic, whom, why]
    .filter((part) => part !== undefined)
    .join('  ');
}

const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
