const members = ['api', 'issuer', 'clientId', 'audience', 'websocket'] as const;

/** What `/config.json` says, which whoever serves the page has written. */
export type PageConfig = Readonly<Record<(typeof members)[number], string>>;

/** Throws where it cannot be read, or does not say all of it. */
export async function readConfig(): Promise<PageConfig> {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  if (!response.ok) throw new Error(`/config.json: HTTP ${response.status}`);
  const told = (await response.json()) as Partial<PageConfig>;
  const missing = members.find((member) => typeof told[member] !== 'string');
  if (missing !== undefined) throw new Error(`/config.json does not say ${missing}`);
  return told as PageConfig;
}
