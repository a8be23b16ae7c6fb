import { parseArgs } from 'node:util';
import { failureOf } from './failure.ts';
import { CommandRefused, wordsOf } from './refusal.ts';
import { visible, visibleJson } from './visible.ts';

/** Says one line. */
export type Tell = (line: string) => void;

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

const ofAll = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** What was typed, and where to say how far it has come. */
export interface Given<T extends Options> {
  readonly values: ReturnType<typeof parseArgs<{ options: T & typeof ofAll }>>['values'];
  readonly positionals: readonly string[];
  /** For a person only: with `--json` nothing but the result is told. */
  readonly tell: Tell;
  /** The same, beside the output. */
  readonly note: Tell;
}

export interface Answer {
  /** What `--json` writes. */
  readonly result: unknown;
  /** The same for a person, as far as it was not told on the way. */
  readonly lines: readonly string[];
  /** 0 where nothing is said. */
  readonly exitCode?: 0 | 1;
}

export interface Command<T extends Options> {
  readonly name: string;
  readonly usage: string;
  readonly options: T;
  /** How many words may stand beside the options: none where nothing is said. */
  readonly words?: { readonly least: number; readonly most: number };
  /** The exit code for what the API refuses: 1, or 2 for a command whose 1 is a finding. */
  readonly refused?: 2;
  readonly run: (given: Given<T>) => Answer | Promise<Answer>;
}

/** Takes what was typed, and answers the exit code; a defect of ours is thrown on. */
export type Run = (args: readonly string[], tell?: Tell, complain?: Tell) => Promise<number>;

/**
 * A command of `pengyou`. What it did is told on the output, for a person or with `--json` as one JSON text; what keeps
 * it from its end is one line beside the output, `name: message`, or with `--json` `{"error":"name","message":"…"}`
 * and nothing on the output. Nothing of what is told can command a terminal.
 */
export function commandOf<const T extends Options>(command: Command<T>): Run {
  return async (
    args,
    tell = (line) => void process.stdout.write(`${line}\n`),
    complain = (line) => void process.stderr.write(`${line}\n`),
  ) => {
    // Known before the options are understood: they may be what is wrong.
    const json = args.includes('--json');
    try {
      const { values, positionals } = parsed(command, args);
      if (values['help'] === true) {
        tell(command.usage);
        return 0;
      }
      mustBeSoMany(command, positionals);
      const say = (to: Tell): Tell => (json ? () => {} : (line) => to(visible(line)));
      const answer = await command.run({
        values: values as Given<T>['values'],
        positionals,
        tell: say(tell),
        note: onlyNews(say(complain)),
      });
      if (json) tell(visibleJson(answer.result));
      else for (const line of answer.lines) tell(visible(line));
      return answer.exitCode ?? 0;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure === undefined) throw thrown;
      const { error, message } = failure;
      complain(visible(json ? JSON.stringify({ error, message }) : `${error}: ${message}`));
      return Math.max(failure.exitCode, command.refused ?? 1);
    }
  };
}

/** Pages that found nothing more of what is counted say nothing. */
function onlyNews(tell: Tell): Tell {
  let last: string | undefined;
  return (line) => {
    if (line !== last) tell(line);
    last = line;
  };
}

function parsed<T extends Options>({ name, options }: Command<T>, args: readonly string[]) {
  const all: Options = { ...options, ...ofAll };
  try {
    return parseArgs({ args: withNegatives(all, args), options: all, allowPositionals: true });
  } catch (error) {
    const [reason = ''] = wordsOf(error).split('\n');
    throw badUse(name, reason);
  }
}

/** `--amount -1` is an amount, which is refused as one, and no option called 1. */
function withNegatives(options: Options, args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? '';
    const takesText = before.startsWith('--') && options[before.slice(2)]?.type === 'string';
    if (takesText && /^-[\d.]/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function mustBeSoMany<T extends Options>({ name, words }: Command<T>, positionals: readonly string[]): void {
  const { least, most } = words ?? { least: 0, most: 0 };
  if (positionals.length < least) throw badUse(name, 'Something is missing');
  if (positionals.length > most) throw badUse(name, `${positionals[most]} is more than it takes`);
}

/** Not understood as it was typed; says where it is explained. */
export const badUse = (name: string, reason: string): CommandRefused =>
  new CommandRefused('bad-usage', `${reason} (npm run pengyou -- ${name} --help explains it)`);
