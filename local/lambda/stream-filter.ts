import { type Resource, Unsupported } from '../template/template.ts';

/** One change of one item. */
export interface StreamRecord {
  readonly eventName: string;
  readonly eventSourceARN?: string;
  readonly awsRegion?: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly ApproximateCreationDateTime?: number;
    readonly [member: string]: unknown;
  };
}

type Test = (record: StreamRecord) => boolean;

/**
 * The FilterCriteria of an event source mapping: any of its patterns has to match. A pattern may name `eventName`
 * and paths under `dynamodb`; each ends in a list of texts, `{exists}` or `{prefix}`. Anything else is refused.
 */
export function recordFilter(mapping: Resource): Test {
  const filters: { Pattern: string }[] = mapping.properties.FilterCriteria?.Filters ?? [];
  if (filters.length === 0) return () => true;
  const tests = filters.map(({ Pattern }) => {
    const refuse = (what: string) =>
      new Unsupported(mapping.logicalId, mapping.type, `FilterCriteria: ${what}`);
    return patternTest(JSON.parse(Pattern), [], refuse);
  });
  return (record) => tests.some((test) => test(record));
}

function patternTest(pattern: unknown, path: readonly string[], refuse: (what: string) => Error): Test {
  if (Array.isArray(pattern)) {
    const rules = pattern.map((rule) => ruleTest(rule, path, refuse));
    return (record) => rules.some((rule) => rule(valueAt(record, path)));
  }
  if (typeof pattern !== 'object' || pattern === null) throw refuse(`${path.join('.')} is not a list`);
  const tests = Object.entries(pattern).map(([name, inner]) => {
    const known = path.length > 0 || name === 'eventName' || name === 'dynamodb';
    if (!known || name.startsWith('$')) throw refuse(`the member ${[...path, name].join('.')}`);
    return patternTest(inner, [...path, name], refuse);
  });
  return (record) => tests.every((test) => test(record));
}

function ruleTest(
  rule: unknown,
  path: readonly string[],
  refuse: (what: string) => Error,
): (value: unknown) => boolean {
  if (typeof rule === 'string') return (value) => value === rule;
  const [operator, operand] = Object.entries(rule ?? {})[0] ?? [];
  if (operator === 'exists') return (value) => (value !== undefined) === operand;
  if (operator === 'prefix') return (value) => typeof value === 'string' && value.startsWith(String(operand));
  throw refuse(`the rule ${JSON.stringify(rule)} at ${path.join('.')}`);
}

function valueAt(record: StreamRecord, path: readonly string[]): unknown {
  let at: unknown = record;
  for (const name of path) at = (at as Record<string, unknown> | undefined)?.[name];
  return at;
}
