import { DomainError } from './errors.ts';

/** One line of JSON: what happened, and the identifiers to find it by. Never a payload, a card or a secret. */
export function log(
  event: string,
  fields: Readonly<Record<string, string | number | boolean | undefined>>,
): void {
  console.log(JSON.stringify({ event, ...fields }));
}

/**
 * What is logged of an error: a refusal's name; of what nobody expected also where it came from. The frames of its stack
 * and no more, because what stands above them may repeat what a device said.
 */
export function said(error: unknown): { readonly error: string; readonly stack?: string } {
  if (error instanceof DomainError) return { error: error.error };
  const frames = error instanceof Error ? error.stack?.match(/^ {4}at .*$/gm) : undefined;
  return {
    error: String(error),
    ...(frames == null ? {} : { stack: frames.map((line) => line.trim()).join('\n') }),
  };
}
