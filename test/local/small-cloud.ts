import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** One small function for a test: its source, and what the template says about it. */
export interface SmallFunction {
  readonly source: string;
  /** IAM statements of its role. */
  readonly may?: readonly object[];
  readonly timeoutS?: number;
  readonly environment?: Readonly<Record<string, unknown>>;
}

export interface SmallCloud {
  readonly functions: Readonly<Record<string, SmallFunction>>;
  readonly resources?: Readonly<Record<string, object>>;
  readonly parameters?: Readonly<Record<string, object>>;
}

/** Writes an assembly as `cdk synth` would, into a directory that the caller removes. */
export async function writeAssembly({ functions, resources, parameters }: SmallCloud): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'small-cloud-'));
  const template: { Resources: Record<string, unknown>; Parameters: unknown } = {
    Parameters: {
      IssuerUrl: { Type: 'String' },
      Audience: { Type: 'String', Default: 'small' },
      ...parameters,
    },
    Resources: { ...resources },
  };
  const files: Record<string, unknown> = {};
  await Promise.all(
    Object.entries(functions).map(async ([name, small]) => {
      await bundle(small.source, join(directory, `asset.${name}`));
      files[name] = {
        source: { path: `asset.${name}` },
        destinations: { here: { objectKey: `${name}.zip` } },
      };
      Object.assign(template.Resources, functionResources(name, small));
    }),
  );
  const write = (name: string, content: unknown) =>
    writeFileSync(join(directory, name), JSON.stringify(content));
  write('Small.template.json', template);
  write('Small.assets.json', { files });
  write('manifest.json', {
    artifacts: {
      'Small.assets': { type: 'cdk:asset-manifest', properties: { file: 'Small.assets.json' } },
      Small: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Small.template.json' } },
    },
  });
  return directory;
}

export function removeAssembly(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

async function bundle(source: string, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
}

function functionResources(name: string, small: SmallFunction): Record<string, unknown> {
  return {
    [`${name}Role`]: resource('AWS::IAM::Role', { AssumeRolePolicyDocument: {} }),
    ...(small.may && {
      [`${name}Policy`]: resource('AWS::IAM::Policy', {
        PolicyName: `${name}Policy`,
        PolicyDocument: { Version: '2012-10-17', Statement: small.may },
        Roles: [{ Ref: `${name}Role` }],
      }),
    }),
    [name]: resource('AWS::Lambda::Function', {
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: `${name}.zip` },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: arn(`${name}Role`),
      ...(small.timeoutS && { Timeout: small.timeoutS }),
      ...(small.environment && { Environment: { Variables: small.environment } }),
    }),
  };
}

/** A resource as a template describes it. */
export const resource = (type: string, properties: object) => ({ Type: type, Properties: properties });

export function arn(logicalId: string): object {
  return { 'Fn::GetAtt': [logicalId, 'Arn'] };
}

/** Lets a service invoke a function. */
export function permission(functionId: string, service: string): object {
  return resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: arn(functionId),
    Principal: `${service}.amazonaws.com`,
  });
}

/** A policy that says all of this. */
export const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });

export function allow(actions: readonly string[], resource: unknown): object {
  return { Effect: 'Allow', Action: actions, Resource: resource };
}

export const envelope =
  "encode(*, 'base64') AS data, topic() AS topic, clientid() AS client, principal() AS principal, timestamp() AS receivedAtMs";
