import 'swagger-ui-dist/swagger-ui.css';
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import { readConfig } from './cloud/page-config.ts';

/** The HTTP API as its own document describes it; calls can be tried with a token. */
async function start(): Promise<void> {
  const config = await readConfig();
  SwaggerUI({
    dom_id: '#api',
    url: `${config.api}/openapi.json`,
    docExpansion: 'list',
    validatorUrl: null,
  });
}

start().catch((thrown: unknown) => {
  const place = document.getElementById('api');
  if (place !== null) place.textContent = `The API cannot be shown: ${String(thrown)}`;
});
