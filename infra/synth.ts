import { globSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions, inputsHash, isUpToDate, projectBundle, projectRoot, writeStamp } from './bundle.ts';

// Bundles the functions and writes the cloud's description for both partitions. Does nothing when nothing changed.

/** CloudFormation's own validator adds seconds and is kept for continuous integration. */
process.env['CDK_VALIDATION'] ??= process.env['CI'] === undefined ? 'false' : 'true';

const assemblies = [
  { partition: 'aws', region: 'us-east-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
];
const output = join(projectRoot, 'cdk.out');
const stamp = join(output, 'inputs.sha256');

const startedAtMs = performance.now();
const hash = inputsHash();
const manifests = assemblies.map(({ partition }) => join(output, partition, 'manifest.json'));

if (isUpToDate(stamp, hash, [projectBundle.output, ...manifests])) {
  console.log('cdk.out is up to date');
} else {
  removeOldAssets();
  await bundleFunctions();
  const { createApp } = await import('./pengyou-app.ts');
  for (const { partition, region } of assemblies) {
    createApp({ bundles: projectBundle.output, outdir: join(output, partition), region }).synth();
  }
  writeStamp(stamp, hash);
  console.log(`cdk.out/aws and cdk.out/aws-cn written in ${Math.round(performance.now() - startedAtMs)} ms`);
}

/** Bundles that no template names any more are kept for a day: a local cloud that is running may still start them. */
function removeOldAssets(): void {
  const dayMs = 86_400_000;
  for (const asset of globSync(join(output, '*', 'asset.*'))) {
    if (Date.now() - statSync(asset).ctimeMs > dayMs) rmSync(asset, { recursive: true });
  }
}
