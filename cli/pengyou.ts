import { visible } from './visible.ts';

interface Command {
  readonly help: string;
  /** Loaded when it is called: a command that prices needs nothing of one that talks to a table. */
  readonly load: () => Promise<{
    /** Resolves to the exit code. */
    run(args: readonly string[]): Promise<number>;
  }>;
}

const commands: Readonly<Record<string, Command>> = {
  price: { help: 'Price one session under one tariff; no cloud is needed', load: () => import('./price.ts') },
  verify: { help: 'Compute a receipt again', load: () => import('./verify.ts') },
  rebuild: {
    help: 'Compute every receipt and wallet of an estate again',
    load: () => import('./rebuild.ts'),
  },
  tariffs: {
    help: 'List, preview and save prices, and see which boards have them',
    load: () => import('./tariffs.ts'),
  },
  close: { help: 'Close a month of an estate', load: () => import('./close.ts') },
  device: {
    help: 'Make the certificate by which a device joins',
    load: () => import('./device.ts'),
  },
  'dead-letters': {
    help: 'Look at what could not be handled, and hand it back',
    load: () => import('./dead-letters.ts'),
  },
  'page-headers': {
    help: 'What whoever hosts the pages must answer with',
    load: () => import('./page-headers.ts'),
  },
  refunds: { help: 'Refund what was paid in and not used', load: () => import('./refunds.ts') },
};

const badUse = 2;

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === 'help' || name === '--help') {
    console.log(usage());
    return 0;
  }
  if (name === undefined || !Object.hasOwn(commands, name)) {
    if (name !== undefined) console.error(`${visible(`There is no command ${name}.`)}\n`);
    console.error(usage());
    return badUse;
  }
  // npm and cli/pengyou.mjs say where the person is; everything is started in the repository.
  process.chdir(process.env['INIT_CWD'] ?? process.cwd());
  const command = await commands[name]?.load();
  return (await command?.run(args)) ?? badUse;
}

function usage(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { help }]) => `  ${name.padEnd(width)}  ${help}`);
  return ['Usage: npm run pengyou -- <command> [options]', '', ...lines].join('\n');
}

process.exitCode = await main(process.argv.slice(2));
