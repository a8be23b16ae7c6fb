import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from '../../infra/bundle.ts';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'pengyou-deploy-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

/** Bundles everything, as a deployment does; a machine that is busy takes its time. */
const timeoutMs = 300_000;

test('the app runs as cdk.json says in an empty environment, and its template names no region', {
  timeout: timeoutMs,
}, async () => {
  const { template, environment } = await deployed({});
  expect(environment).toBe('aws://unknown-account/unknown-region');
  expect(template).not.toMatch(/us-east-1|cn-north/);
});

test.each(['us-east-1', 'eu-central-1', 'cn-north-1', 'cn-northwest-1'])(
  'the app runs for %s, and its template names no other region and no partition',
  {
    timeout: timeoutMs,
  },
  async (region) => {
    // The slow validator has looked at the same template above.
    const regions = { AWS_REGION: region, CDK_DEFAULT_REGION: region };
    const { template, environment } = await deployed({ ...regions, CDK_VALIDATION: 'false' });
    expect(environment).toBe(`aws://unknown-account/${region}`);
    const named = new Set(template.match(/\b(?:us|eu|cn)-(?:east|central|north|northwest)-\d\b/g));
    expect([...named]).toEqual([region]);
    expect(template).not.toMatch(/arn:aws/);
  },
);

/** What the CDK command line does with the app: starts it in a shell and reads what it wrote. */
async function deployed(environment: Readonly<Record<string, string>>) {
  const { app } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8'));
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const child = spawn(app, {
    cwd: projectRoot,
    shell: true,
    env: { PATH: path, CDK_OUTDIR: outdir, ...environment },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, said).toBe(0);
  const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
  return {
    environment: artifacts.Pengyou.environment,
    template: readFileSync(join(outdir, 'Pengyou.template.json'), 'utf8'),
  };
}
