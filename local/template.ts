import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { intrinsicOf, type Names, REGION, Resolver } from './intrinsics.ts';
import { type Shape, SUPPORTED, WITHOUT_LOCAL_EFFECT } from './supported.ts';

/** Something in the template that the local cloud cannot run. It stops the start. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
  constructor(logicalId: string, type: string, what: string) {
    super(`The local cloud cannot run ${logicalId} (${type}): ${what}`);
  }
}

/** One resource with its intrinsics resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  // Each service part reads the properties it knows; the shape table has refused all others before.
  // biome-ignore lint/suspicious/noExplicitAny: template values have no type before a service part reads them
  readonly properties: any;
}

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

const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Outputs',
  'Resources',
  'Parameters',
  'Conditions',
  'Rules',
]);
const RESOURCE_ATTRIBUTES = new Set([
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
]);

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

/** Every resource type, property and attribute must be known: checks all and names each that is not. */
export function refuseUnknown(assembly: Assembly): void {
  const problems: string[] = [];
  for (const section of Object.keys(assembly.template)) {
    if (!SECTIONS.has(section)) problems.push(`the template section ${section} is not supported`);
  }
  for (const [logicalId, resource] of Object.entries(assembly.template.Resources)) {
    const refuse = (what: string) => problems.push(new Unsupported(logicalId, resource.Type, what).message);
    for (const attribute of Object.keys(resource)) {
      if (!RESOURCE_ATTRIBUTES.has(attribute)) refuse(`the attribute ${attribute} is not supported`);
    }
    if (resource.Type in WITHOUT_LOCAL_EFFECT) continue;
    const shape = SUPPORTED[resource.Type];
    if (shape === undefined) refuse('this resource type is not supported');
    else checkShape(shape, resource.Properties ?? {}, '', refuse);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function checkShape(shape: Shape, value: unknown, path: string, refuse: (what: string) => void): void {
  if (typeof shape === 'string' || typeof value !== 'object' || value === null || intrinsicOf(value)) return;
  if (Array.isArray(value)) {
    for (const item of value) checkShape(shape, item, path, refuse);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = path === '' ? key : `${path}.${key}`;
    const innerShape = shape[key];
    if (innerShape === undefined) refuse(`the property ${innerPath} is not supported`);
    else checkShape(innerShape, inner, innerPath, refuse);
  }
}

/** The resolved template, by type and by name. */
export class Template {
  readonly resources: readonly Resource[];
  readonly names: Names;
  /** The stack's outputs, by name. */
  readonly outputs: Readonly<Record<string, string>>;

  constructor(
    assembly: Assembly,
    parameters: Readonly<Record<string, string>>,
    endpoints: Names['endpoints'],
  ) {
    const resolver = new Resolver(assembly, parameters, endpoints);
    this.names = resolver;
    this.outputs = Object.fromEntries(
      Object.entries(assembly.template.Outputs ?? {}).map(([name, { Value }]) => [
        name,
        String(resolver.resolve(Value, name)),
      ]),
    );
    this.resources = Object.entries(assembly.template.Resources)
      .filter(([, raw]) => resolver.exists(raw.Condition) && !(raw.Type in WITHOUT_LOCAL_EFFECT))
      .map(([logicalId, raw]) => ({
        logicalId,
        type: raw.Type,
        properties: resolver.resolve(raw.Properties ?? {}, logicalId),
      }));
  }

  ofType(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** What all resources of a type are called. */
  namesOf(type: string): string[] {
    return this.ofType(type).map(({ logicalId }) => this.names.name(logicalId));
  }

  /** The resource with this ARN, name or id; services refer to each other in all three ways. */
  find(type: string, reference: string): Resource {
    const found = this.ofType(type).find(
      ({ logicalId }) =>
        this.names.arn(logicalId) === reference ||
        this.names.ref(logicalId) === reference ||
        logicalId === reference,
    );
    if (found === undefined) throw new Error(`No ${type} in the template is ${reference}`);
    return found;
  }
}
