import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

/** A part of a program as swc reads it; what it holds depends on its `type`. */
export interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** The sources of a checkout at some places, as git names them; those that it does not know yet included. */
export function sourcesIn(root: string, places: readonly string[]): { file: string; nodes: Node[] }[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...places], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((file) => /\.(?:tsx?|mjs)$/.test(file) && existsSync(join(root, file)))
    .map((file) => ({ file, nodes: nodesOf(file, readFileSync(join(root, file), 'utf8')) }));
}

/** Every part of a source, the whole before what it is made of. */
function nodesOf(file: string, text: string): Node[] {
  const found: Node[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('type' in value && typeof value.type === 'string') found.push(value as Node);
    for (const inner of Object.values(value)) look(inner);
  };
  look(parseSync(text, { syntax: 'typescript', tsx: file.endsWith('x') }));
  return found;
}
