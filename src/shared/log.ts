/** One line of JSON: what happened, and the identifiers to find it by. Never a payload, a card or a secret. */
export function log(
  event: string,
  fields: Readonly<Record<string, string | number | boolean | undefined>>,
): void {
  console.log(JSON.stringify({ event, ...fields }));
}
