import { pathToFileURL } from 'node:url';

// Imports one bundle in this fresh process and prints how many ms that took, whether or not the import succeeds.

const bundle = process.argv[2];
if (bundle === undefined) throw new Error('Which bundle?');
const url = pathToFileURL(bundle).href;
const startMs = performance.now();
await import(url).catch((error: Error) => console.error(error));
console.log((performance.now() - startMs).toFixed(2));
process.exit(0);
