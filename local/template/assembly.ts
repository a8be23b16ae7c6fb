import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REGION } from './arn.ts';

/** The raw template sections that are read; everything else in a template is refused by name. */
interface RawTemplate {
  readonly Resources: Record<string, RawResource>;
  readonly Parameters?: Record<string, { readonly Type: string; readonly Default?: unknown }>;
  readonly Conditions?: Record<string, unknown>;
  readonly Outputs?: Record<string, { readonly Value: unknown }>;
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly Condition?: string;
}

const UNKNOWN_REGION = 'unknown-region';

/** A synthesised assembly: the template as written, and where the code of each asset lies. */
export interface Assembly {
  readonly stackName: string;
  readonly template: RawTemplate;
  /** S3 object key in the template → directory with the function's files. */
  readonly assets: ReadonlyMap<string, string>;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** Reads the one stack that `cdk synth` wrote to `directory` (or to `aws` in it, where both partitions are). */
export function readAssembly(directory: string): Assembly {
  const root = existsSync(join(directory, 'manifest.json')) ? directory : join(directory, 'aws');
  if (!existsSync(join(root, 'manifest.json')))
    throw new Error(`No cloud assembly in ${directory}: run npm run synth`);
  const artifacts: [string, Artifact][] = Object.entries(readJson(join(root, 'manifest.json')).artifacts);
  const stacks = artifacts.filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1)
    throw new Error(`Expected one stack in ${root}, not ${stacks.length}`);
  const assets = new Map<string, string>();
  for (const [, artifact] of artifacts.filter(([, { type }]) => type === 'cdk:asset-manifest')) {
    const { files } = readJson(join(root, artifact.properties?.file ?? ''));
    for (const { source, destinations } of Object.values<AssetFile>(files)) {
      for (const { objectKey } of Object.values(destinations))
        assets.set(objectKey, join(root, source.path ?? ''));
    }
  }
  const [artifactId, artifact] = stack;
  // Names in the template were written for that region already; the functions are told the local one.
  const region = artifact.environment?.split('/').at(-1) ?? UNKNOWN_REGION;
  if (region !== REGION && region !== UNKNOWN_REGION) {
    throw new Error(`${root} was synthesised for ${region}; the local cloud is ${REGION}`);
  }
  const template: RawTemplate = readJson(join(root, artifact.properties?.templateFile ?? ''));
  return { stackName: artifact.properties?.stackName ?? artifactId, template, assets };
}

interface Artifact {
  readonly type: string;
  /** `aws://<account>/<region>` */
  readonly environment?: string;
  readonly properties?: Record<string, string>;
}

interface AssetFile {
  readonly source: { readonly path?: string };
  readonly destinations: Record<string, { readonly objectKey: string }>;
}
