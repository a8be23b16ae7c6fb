import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';

/** What a person gave cannot be used; the message says what and where. Ends the command with exit code 2. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly error: 'bad-usage' | 'file-unreadable' | 'not-json' | 'bad-file';
  constructor(error: BadInput['error'], message: string) {
    super(message);
    this.error = error;
  }
}

/** Options of a command, as node:util has them. Throws BadInput with the usage for any other. */
export function optionsOf<const T extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(
  args: readonly string[],
  options: T,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new BadInput('bad-usage', `${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

/**
 * A JSON file by its schema. Throws BadInput with the path of what is wrong; a member that the schema does not know is
 * wrong too, for an optional one that is misspelt would silently be left out.
 */
export function readJson<T>(file: string, schema: z.ZodMiniType<T>): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new BadInput('file-unreadable', `${file}: ${error instanceof Error ? error.message : error}`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new BadInput('not-json', `${file}: ${error instanceof Error ? error.message : error}`);
  }
  const result = z.safeParse(schema, content);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw badFile(file, issue?.path ?? [], issue?.message ?? 'is not as described');
  }
  const unknown = unknownMember(content, result.data, []);
  if (unknown !== undefined) throw badFile(file, unknown, 'is not known');
  return result.data;
}

/** `readings[2].energyWh`: where in a file something is wrong. */
export function badFile(file: string, path: readonly PropertyKey[], reason: string): BadInput {
  const place = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  return new BadInput('bad-file', `${file}: ${place === '' ? 'the file' : place}: ${reason}`);
}

function unknownMember(given: unknown, parsed: unknown, path: PropertyKey[]): PropertyKey[] | undefined {
  if (typeof given !== 'object' || given === null || typeof parsed !== 'object' || parsed === null)
    return undefined;
  for (const [key, value] of Object.entries(given)) {
    const at = [...path, Array.isArray(given) ? Number(key) : key];
    if (!Object.hasOwn(parsed, key)) return at;
    const within = unknownMember(value, (parsed as Record<string, unknown>)[key], at);
    if (within !== undefined) return within;
  }
  return undefined;
}
