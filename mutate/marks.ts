import { parseSync } from 'vite';
import { type Node, visit } from './walk.ts';

/** A part of a file that runs as a whole or not at all. The first of a file is the file itself. */
interface Part {
  readonly start: number;
  readonly end: number;
  /** What is put where, so that the running code says that the part was reached. */
  readonly insert: readonly (readonly [at: number, text: string])[];
}

const reached = (part: number) => `__reached[${part}]=1`;

/** The same source with a mark in every part (outside `src/` only in the file as a whole), which `reach-setup.ts` reads after a file of tests. */
export function marked(file: string, source: string): string {
  const header = `const __reached = ((globalThis.__reach ??= {})[${JSON.stringify(file)}] ??= [1]);`;
  const parts = file.startsWith('src/') ? partsOf(file, source) : [];
  const inserts = parts
    .flatMap(({ insert }) => insert)
    .map((one, order) => ({ at: one[0], text: one[1], order }))
    .toSorted((a, b) => a.at - b.at || a.order - b.order);
  let [code, from] = [header, 0];
  for (const { at, text } of inserts) {
    code += source.slice(from, at) + text;
    from = at;
  }
  return code + source.slice(from);
}

/** The innermost part that a place lies in, as the number that its mark has. */
export function partAt(file: string, source: string): (start: number, end: number) => number {
  const parts = partsOf(file, source);
  return (start, end) => {
    const around = parts.map((part, number) => ({ part, number }));
    const inside = around.filter(({ part }) => part.start <= start && end <= part.end);
    return inside.reduce(
      (least, one) => (size(one.part) <= size(least.part) ? one : least),
      inside[0] ?? fail(file),
    ).number;
  };
}

const size = ({ start, end }: Part) => end - start;

function fail(file: string): never {
  throw new RangeError(`A place outside ${file}`);
}

function partsOf(file: string, source: string): readonly Part[] {
  const parts: Part[] = [{ start: 0, end: source.length, insert: [] }];
  const expression = (node: Node, whole: Node = node) => {
    const { start, end } = node;
    const before = [start, `(${reached(parts.length)},`] as const;
    parts.push({ start: whole.start, end: whole.end, insert: [before, [end, ')']] });
  };
  const statement = (node: Node, whole: Node = node) => {
    const number = reached(parts.length);
    parts.push({
      start: whole.start,
      end: whole.end,
      insert:
        node.type === 'BlockStatement'
          ? [[node.start + 1, `${number};`]]
          : [
              [node.start, `{${number};`],
              [node.end, '}'],
            ],
    });
  };
  visit(parseSync(file, source).program, undefined, (node) => {
    if (node.type === 'ArrowFunctionExpression' && node.expression) expression(node.body, node);
    else if (/Function/.test(node.type) && 'body' in node && node.body !== null && 'params' in node)
      statement(node.body as Node, node);
    if (node.type === 'IfStatement') {
      statement(node.consequent);
      if (node.alternate !== null) statement(node.alternate);
    }
    if (node.type === 'ConditionalExpression') {
      expression(node.consequent);
      expression(node.alternate);
    }
    if (node.type === 'LogicalExpression') expression(node.right);
  });
  return parts;
}
