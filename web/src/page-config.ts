import * as z from 'zod/mini';

const pageConfigSchema = z.object({
  api: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  audience: z.string(),
  websocket: z.string(),
});
export type PageConfig = z.infer<typeof pageConfigSchema>;

/** `/config.json`, written by whoever serves the page. */
export async function readConfig(): Promise<PageConfig> {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  if (!response.ok) throw new Error(`/config.json: HTTP ${response.status}`);
  return z.parse(pageConfigSchema, await response.json());
}
