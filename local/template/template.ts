import type { Assembly } from './assembly.ts';
import { intrinsicOf, type Names, Resolver } from './intrinsics.ts';
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
