#!/usr/bin/env node
// What npm finds under our name inside the repository: hands over to setup.mjs as the npm scripts do, so that it runs on
// a fresh clone too. Documents say `npm run pengyou`: outside the repository npx would ask the public registry for a
// package of that name, which anybody may publish.
// Plain JavaScript without dependencies, because nothing may be installed yet and the machine's Node may be old.
// Commands run in the repository; files that a person names are found from where the person is.
process.env.INIT_CWD = process.cwd();
process.argv.splice(2, 0, 'cli/pengyou.ts');
await import('../setup.mjs');
