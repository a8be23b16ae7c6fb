import * as z from 'zod/mini';
import { pageHeaders } from '../web/page-headers.ts';
import { commandOf } from './command.ts';
import { readJson } from './input.ts';

const USAGE = `pengyou page-headers <config.json>   what whoever hosts the pages must answer with every file
  --json   as one JSON text`;

const configSchema = z.object({
  api: z.url(),
  issuer: z.url(),
  clientId: z.string(),
  audience: z.string(),
  websocket: z.url(),
});

export const run = commandOf({
  name: 'page-headers',
  usage: USAGE,
  options: {},
  words: { least: 1, most: 1 },
  run: ({ positionals: [file = ''] }) => {
    const headers = pageHeaders(readJson(file, configSchema));
    return { result: headers, lines: Object.entries(headers).map(([name, value]) => `${name}: ${value}`) };
  },
});
