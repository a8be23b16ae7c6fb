import { parseSync } from 'vite';
import { type Node, visit } from './walk.ts';

/** One small change to a source file, as somebody might make it by mistake. Offsets are in UTF-16 units. */
export interface Mutant {
  /** From the root of the tree, with slashes. */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** What stands between start and end now, and what is put there instead. */
  readonly before: string;
  readonly after: string;
}

export function withMutant(source: string, { start, end, after }: Mutant): string {
  return source.slice(0, start) + after + source.slice(end);
}

type Change = readonly [node: { readonly start: number; readonly end: number }, after: string];

const otherOperator = new Map(
  Object.entries({
    '===': '!==',
    '!==': '===',
    '<': '<=',
    '<=': '<',
    '>': '>=',
    '>=': '>',
    '+': '-',
    '-': '+',
    '*': '/',
    '/': '*',
    '%': '*',
    '+=': '-=',
    '-=': '+=',
  }),
);

const otherMethod = new Map(
  Object.entries({
    min: 'max',
    max: 'min',
    floor: 'ceil',
    ceil: 'floor',
    round: 'floor',
    some: 'every',
    every: 'some',
    startsWith: 'endsWith',
  }),
);

/** Methods that answer something of the kind of what they were called on, so that the call can be left out. */
const leftOut = new Set(
  'filter sort toSorted reverse toReversed slice trim toUpperCase toLowerCase'.split(' '),
);

/** What is said to a person or to a log is no behaviour: a change of wording is not a fault. */
const saysOnly = (callee: string) => /(^|\.)(\w*Error|conflictIs|describe|log|join|raw)$/.test(callee);

/** Every change that one of the mutators makes to this source, in the order in which they stand in it. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const changes: Change[] = [];
  const text = (node: { readonly start: number; readonly end: number }) => source.slice(node.start, node.end);
  visit(parseSync(file, source).program, undefined, (node, parent) => {
    changes.push(...changesOf(node, parent, text));
  });
  const lineStarts = [...source.matchAll(/^/gm)].map(({ index }) => index);
  return changes
    .filter(([node, after]) => text(node) !== after)
    .map(([node, after]) => ({
      file,
      line: lineStarts.findLastIndex((start) => start <= node.start) + 1,
      start: node.start,
      end: node.end,
      before: text(node),
      after,
    }))
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
}

type Text = (node: { readonly start: number; readonly end: number }) => string;

function changesOf(node: Node, parent: Node | undefined, text: Text): readonly Change[] {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return conditionsOf(node.test, text);
    case 'WhileStatement':
      return [[node.test, 'false']];
    case 'LogicalExpression':
      return logicalOf(node, text);
    case 'BinaryExpression':
    case 'AssignmentExpression':
      return operatorOf(node, text);
    case 'UnaryExpression':
      return node.operator === '!' || node.operator === '-' ? [[node, text(node.argument)]] : [];
    case 'CallExpression':
      return callOf(node, text);
    case 'ExpressionStatement':
      return /^(log|console)\b/.test(text(node)) ? [] : [[node, ';']];
    case 'ReturnStatement':
      return node.argument === null ? [] : [[node.argument, 'undefined']];
    case 'ArrowFunctionExpression':
      return node.expression ? [[node.body, 'undefined']] : [];
    case 'SpreadElement':
      return [[node, parent?.type === 'ObjectExpression' ? '...{}' : '...[]']];
    case 'ArrayExpression':
      return node.elements.length === 0 ? [] : [[node, '[]']];
    case 'ObjectExpression':
      return node.properties.flatMap((property) =>
        property.type === 'Property' && !saysWords(property, text) ? [[property, '...{}'] as const] : [],
      );
    case 'Literal':
      return literalOf(node, parent, text);
    case 'TemplateLiteral':
      return says(parent, text) || node.expressions.length === 0 ? [] : [[node, "''"]];
    default:
      return [];
  }
}

function conditionsOf(test: Node, text: Text): readonly Change[] {
  const forced: Change[] = [
    [test, 'true'],
    [test, 'false'],
  ];
  // A comparison is turned round by its own operator.
  return test.type === 'BinaryExpression' || test.type === 'UnaryExpression'
    ? forced
    : [...forced, [test, `!(${text(test)})`]];
}

function logicalOf(node: Extract<Node, { type: 'LogicalExpression' }>, text: Text): readonly Change[] {
  const [left, right] = [text(node.left), text(node.right)];
  if (node.operator === '??') return [[node, left]];
  const other = node.operator === '&&' ? '||' : '&&';
  return [
    [node, `(${left}) ${other} (${right})`],
    [node, left],
    [node, right],
  ];
}

function operatorOf(
  node: Extract<Node, { type: 'BinaryExpression' | 'AssignmentExpression' }>,
  text: Text,
): readonly Change[] {
  const other = otherOperator.get(node.operator);
  if (other === undefined) return [];
  if (/^\+/.test(node.operator) && [node.left, node.right].some(isText)) return [];
  return [[node, `${text(node.left)} ${other} ${text(node.right)}`]];
}

const isText = (node: Node) =>
  node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');

function callOf(node: Extract<Node, { type: 'CallExpression' }>, text: Text): readonly Change[] {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
  const { name } = callee.property;
  const other = otherMethod.get(name);
  if (other !== undefined) return [[callee.property, other]];
  // Of a list that is worked through in parts, all at once is the same.
  if (!leftOut.has(name) || node.arguments.some((one) => /AtOnce\b/.test(text(one)))) return [];
  return [[node, text(callee.object)]];
}

function literalOf(
  node: Extract<Node, { type: 'Literal' }>,
  parent: Node | undefined,
  text: Text,
): readonly Change[] {
  if (typeof node.value === 'number')
    return pageSize(parent, text) ? [] : [[node, otherNumber(node.value, text(node))]];
  if (typeof node.value === 'boolean') return [[node, String(!node.value)]];
  if (typeof node.value !== 'string' || says(parent, text)) return [];
  // Several words are a sentence for somebody; a class has its name for the log.
  if (node.value.includes(' ') || parent?.type === 'PropertyDefinition') return [];
  // A name of a property, an own word in a comparison (its operator is changed), or a directive.
  if (parent?.type === 'Property' && parent.key === node) return [];
  if (parent?.type === 'BinaryExpression' || parent?.type === 'ExpressionStatement') return [];
  return [[node, node.value === '' ? "'changed'" : "''"]];
}

/** Of a small number the one beside it; a large one is some time or much money, and wrong by far. */
const otherNumber = (value: number, written: string) =>
  value < 10_000 ? `(${written} + 1)` : `(${written} * 2)`;

/** How much is read or done at a time changes nothing but the number of steps. */
const pageSize = (parent: Node | undefined, text: Text) =>
  parent?.type === 'VariableDeclarator' && text(parent.id).endsWith('AtOnce');

function says(parent: Node | undefined, text: Text): boolean {
  if (parent?.type === 'CallExpression' || parent?.type === 'NewExpression')
    return saysOnly(text(parent.callee));
  return parent?.type === 'Property' && saysWords(parent, text);
}

/** A member that is there to be read by people. */
function saysWords(property: Extract<Node, { type: 'Property' }>, text: Text): boolean {
  return /^(message|description|detail|reason_phrase)$/.test(text(property.key));
}
