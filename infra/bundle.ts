import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Where the repository begins; every path of the build is relative to it. */
export const projectRoot = join(import.meta.dirname, '..');

/** Which functions to bundle, and where to: the tests bundle stand-ins elsewhere. */
export interface BundleOptions {
  readonly sources: string;
  readonly output: string;
}

/** What a deployment bundles. */
export const projectBundle: BundleOptions = {
  sources: join(projectRoot, 'functions'),
  output: join(projectRoot, 'dist', 'functions'),
};

/**
 * What the SDK imports when it is asked for, and never is: streams of events, which no call of ours has, and the places
 * to look for credentials if a function had none in its environment. A fifth of each bundle that would never be run.
 */
const neverImported = [
  '@smithy/core/event-streams',
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** The SDK's clients ask their whole package.json for their version, and would bring all of it along. */
const versionsAlone: Plugin = {
  name: 'versions-alone',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk[/\\]client-[^/\\]+[/\\]package\.json$/ }, ({ path }) => {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name: string; version: string };
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    });
  },
};

/** What a bundle may weigh in KiB: it is read whole before the first answer. */
export const usualBudgetKiB = 400;
const largerBudgetsKiB: Readonly<Record<string, number>> = {
  // pdfkit and fontkit; nobody waits for them who does not print (docs/decisions/0013-receipt-pdf.md).
  'api-receipt-pdf': 1250,
};
export const bundleBudgetKiB = (name: string): number => largerBudgetsKiB[name] ?? usualBudgetKiB;

/** Files that a function reads when it runs: from a directory of ours to one beside its bundle. */
interface Asset {
  readonly from: string;
  readonly files: string;
  readonly to: string;
}

const assets: Readonly<Record<string, Asset>> = {
  'api-receipt-pdf': {
    from: 'node_modules/@fontsource-variable/noto-sans-sc',
    files: '{LICENSE,unicode.json,files/*.woff2}',
    to: 'fonts',
  },
};

/**
 * Every file in `functions/` becomes `dist/functions/<name>/index.mjs`, all in one esbuild call. The same bytes run
 * locally and in the cloud. The sizes by package go to `dist/functions.meta.json`, for the bench.
 */
export async function bundleFunctions(options: BundleOptions = projectBundle): Promise<void> {
  const names = functionNames(options.sources);
  if (names.length === 0) throw new Error(`There is no function to bundle in ${options.sources}`);
  rmSync(options.output, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: names.map((name) => ({ in: join(options.sources, `${name}.ts`), out: `${name}/index` })),
    outdir: options.output,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    // Chinese words as they are: escaped they are twice as long.
    charset: 'utf8',
    external: neverImported,
    plugins: [versionsAlone],
    metafile: true,
    logLevel: 'warning',
    // CommonJS packages inside the bundle ask for Node's own modules by `require`, which an ES module lacks.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  writeFileSync(`${options.output}.meta.json`, JSON.stringify(metafile));
  for (const name of names) copyAssets(name, join(options.output, name));
}

function copyAssets(name: string, bundle: string): void {
  const asset = assets[name];
  if (asset === undefined) return;
  const from = join(projectRoot, asset.from);
  for (const file of globSync(asset.files, { cwd: from }))
    cpSync(join(from, file), join(bundle, asset.to, file));
}

export function functionNames(sources: string): string[] {
  return globSync('*.ts', { cwd: sources })
    .map((file) => basename(file, '.ts'))
    .sort();
}

/** Everything that the assemblies are made of: when none of it changed, neither did they. */
const inputPatterns = [
  'infra/**/*.ts',
  'functions/**/*.ts',
  'src/**/*.ts',
  'docs/openapi.json',
  'package-lock.json',
  'cdk.json',
  'tsconfig.json',
];

export function inputsHash(): string {
  const hash = createHash('sha256');
  for (const file of globSync(inputPatterns, { cwd: projectRoot }).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(projectRoot, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Remembers beside the output what it was made of; without the output the memory is worth nothing. */
export function isUpToDate(stampFile: string, hash: string, outputs: readonly string[]): boolean {
  return (
    outputs.every((path) => existsSync(path)) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === hash
  );
}

export function writeStamp(stampFile: string, hash: string): void {
  mkdirSync(join(stampFile, '..'), { recursive: true });
  writeFileSync(stampFile, hash);
}
