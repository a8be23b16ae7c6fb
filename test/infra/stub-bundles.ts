import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { functionNames, projectBundle } from '../../infra/bundle.ts';
import { createApp } from '../../infra/pengyou-app.ts';

// CloudFormation's own validator is slow, and sees the same template when the app itself is run (deploy.test.ts).
process.env['CDK_VALIDATION'] ??= 'false';

/** A synthesised app whose functions do nothing: what the tests look at is everything around them. */
export interface StubbedApp {
  readonly app: App;
  readonly template: Template;
  readonly text: string;
  remove(): void;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters: Readonly<Record<string, unknown>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Synthesises for a region, or for any, with one empty bundle for each file in `functions/`. */
export function synthesise(region: string | undefined): StubbedApp {
  const directory = mkdtempSync(join(tmpdir(), 'pengyou-infra-'));
  const bundles = join(directory, 'functions');
  for (const name of functionNames(projectBundle.sources)) {
    mkdirSync(join(bundles, name), { recursive: true });
    writeFileSync(join(bundles, name, 'index.mjs'), `export const handler = async () => '${name}';\n`);
  }
  const outdir = join(directory, 'cdk.out');
  const app = createApp({ bundles, outdir, ...(region === undefined ? {} : { region }) });
  app.synth();
  const text = readFileSync(join(outdir, 'Pengyou.template.json'), 'utf8');
  const remove = () => rmSync(directory, { recursive: true, force: true });
  return { app, text, template: JSON.parse(text) as Template, remove };
}

/** All resources of a type, by logical id. */
export function resources(
  template: Template,
  type: string,
): [id: string, properties: Resource['Properties']][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties }]) => [id, Properties]);
}

/** Every statement of every policy, whether a role's, a queue's or a device's. */
export function statements(template: Template): Statement[] {
  return Object.values(template.Resources)
    .map(({ Properties }) => Properties?.['PolicyDocument'] as { Statement: Statement[] } | undefined)
    .flatMap((document) => document?.Statement ?? []);
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}
