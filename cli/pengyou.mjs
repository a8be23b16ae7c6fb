#!/usr/bin/env node
// `npx pengyou <command>`: hands over to setup.mjs as the npm scripts do, so that it runs on a fresh clone too.
// Plain JavaScript without dependencies, because nothing may be installed yet and the machine's Node may be old.
// Commands run in the repository; files that a person names are found from where the person is.
process.env.INIT_CWD = process.cwd();
process.argv.splice(2, 0, 'cli/pengyou.ts');
await import('../setup.mjs');
