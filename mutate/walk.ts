import type { ESTree } from 'vite';

export type Node = ESTree.Node;

/** Walks all that runs: types, imports, and what is only said are left out. */
export function visit(
  node: Node,
  parent: Node | undefined,
  see: (node: Node, parent: Node | undefined) => void,
) {
  if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(node.type)) return;
  if (/^(Import|ExportAll)/.test(node.type) && node.type !== 'ImportExpression') return;
  see(node, parent);
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one, node, see);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
