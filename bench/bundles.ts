import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { bundleFunctions, functionNames, projectBundle, projectRoot } from '../infra/bundle.ts';
import { quantile, round } from './statistics.ts';

export interface BundleReport {
  readonly name: string;
  readonly kiB: number;
  /** Medians, each in a fresh process: all modules loaded; and ready for its first event, its secret read. */
  readonly importMs: number;
  readonly readyMs: number;
  /** Medians of the ratios within one round, which a busy moment of the machine changes least. */
  readonly overEmptyModule: number;
  readonly overDynamoDbClient: number;
}

const baselines = {
  sources: join(projectRoot, 'bench', 'baselines'),
  output: join(projectRoot, 'dist', 'bench'),
};
const run = promisify(execFile);

/**
 * Sizes and import times of every function beside the two modules they are measured by. Expects bundled functions.
 *
 * A function that needs its secret asks for it when all of its modules are loaded, as the first thing its own file
 * does. Without the variable that names the secret it stops exactly there, and that is how its import alone is timed;
 * with it, and with somebody on loopback who answers, it becomes ready.
 */
export async function measureBundles(rounds: number): Promise<BundleReport[]> {
  await bundleFunctions(baselines);
  const bundles = [baselines, projectBundle].flatMap(({ sources, output }) =>
    functionNames(sources).map((name) => ({ name, file: join(output, name, 'index.mjs') })),
  );
  const secrets = await startSecrets();
  const importing = new Map<string, number[]>(bundles.map(({ name }) => [name, []]));
  const ready = new Map<string, number[]>(bundles.map(({ name }) => [name, []]));
  try {
    // Round by round, so that a busy moment of the machine touches all alike.
    for (let done = 0; done < rounds; done += 1) {
      for (const { name, file } of bundles) {
        importing.get(name)?.push(await importOnce(file, secrets.url));
        ready.get(name)?.push(await importOnce(file, secrets.url, secrets.ids));
      }
    }
  } finally {
    secrets.stop();
  }
  const median = (values: readonly number[] = []) => quantile(values, 0.5);
  const over = (name: string, baseline: string) => {
    const measure = importing.get(baseline) ?? [];
    return median(importing.get(name)?.map((ms, index) => ms / (measure[index] ?? Number.NaN)));
  };
  return bundles.map(({ name, file }) => ({
    name,
    kiB: round(statSync(file).size / 1024, 1),
    importMs: median(importing.get(name)),
    readyMs: median(ready.get(name)),
    overEmptyModule: round(over(name, 'empty'), 1),
    overDynamoDbClient: round(over(name, 'dynamodb-client'), 2),
  }));
}

async function importOnce(file: string, endpoint: string, secretIds?: SecretIds): Promise<number> {
  const { stdout, stderr } = await run(
    process.execPath,
    [join(import.meta.dirname, 'import-once.ts'), file],
    {
      env: {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
        TABLE_NAME: 'bench',
        BROKER_ARN: 'bench',
        ISSUER_URL: endpoint,
        AUDIENCE: 'bench',
        PAGES_URL: '',
        API_URL: endpoint,
        WECHAT_PAY_URL: endpoint,
        ALIPAY_URL: endpoint,
        NOTIFICATION_URL: endpoint,
        ...secretIds,
      },
    },
  );
  if (stderr !== '' && (secretIds !== undefined || !/(?:DEVICE|PAYMENT)_SECRET_ARN/.test(stderr)))
    throw new Error(`${file} could not be imported: ${stderr}`);
  // A function that logs while it starts was not started as it should be.
  if (!/^[\d.]+\n$/.test(stdout)) throw new Error(`${file} did not start in silence: ${stdout}`);
  return Number(stdout);
}

type SecretIds = Readonly<Record<'DEVICE_SECRET_ARN' | 'PAYMENT_SECRET_ARN', string>>;

/** Answers who asks for a secret, so that a function can finish its start. */
async function startSecrets() {
  const ids: SecretIds = { DEVICE_SECRET_ARN: 'device', PAYMENT_SECRET_ARN: 'merchants' };
  const server = createServer(async (request, response) => {
    const { SecretId } = (await json(request)) as { SecretId: string };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    const SecretString = SecretId === ids.PAYMENT_SECRET_ARN ? '{}' : '0'.repeat(64);
    response.end(JSON.stringify({ SecretString }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, ids, stop: () => server.close() };
}
