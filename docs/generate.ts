import { writeFileSync } from 'node:fs';
import { openApi } from './openapi.ts';
import { asyncApi } from './protocol-asyncapi.ts';
import { protocolMarkdown } from './protocol-markdown.ts';
import { protocolMessages } from './protocol-model.ts';

/**
 * Writes the generated documents beside this file (`npm run docs`). A test holds the committed ones against
 * `generatedDocuments`, so that a changed schema without a changed document fails.
 */
export function generatedDocuments(): Record<'protocol.md' | 'asyncapi.json' | 'openapi.json', string> {
  const messages = protocolMessages();
  return {
    'protocol.md': protocolMarkdown(messages),
    'openapi.json': `${JSON.stringify(openApi(), null, 1)}\n`,
    'asyncapi.json': `${JSON.stringify(asyncApi(messages), null, 2)}\n`,
  };
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(generatedDocuments())) {
    writeFileSync(new URL(name, import.meta.url), text);
    console.log(`docs/${name} written`);
  }
}
