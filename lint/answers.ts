import { contracts } from '../contract/routes/all.ts';
import { schemasWithin } from './schemas-within.ts';
import { type Node, sourcesIn } from './sources.ts';

// `node lint/answers.ts [checkout]`: no answer of the API is described a second time outside contract/.

/** So many members in common are no chance. */
const fewest = 4;

/** The members of each object that an answer holds, with its name there. */
const answers = Object.values(contracts)
  .flat()
  .flatMap(({ method, path, answer }) =>
    typeof answer === 'object' ? schemasWithin(answer, `the answer of ${method} ${path}`) : [],
  )
  .flatMap(({ member, shape }) =>
    shape === undefined ? [] : [{ member, names: new Set(Object.keys(shape)) }],
  );

const root = process.argv[2] ?? '.';
/** The simulation asks no API: it looks into the table itself. */
const callers = ['web', 'cli', 'simulator', 'test', ':!simulator/simulation'];
const breaches = sourcesIn(root, callers).flatMap(({ file, nodes }) =>
  nodes.flatMap((node) => {
    const names = namesIn(node);
    const again = answers.find((answer) => isPartOf(answer.names, names));
    return again === undefined ? [] : [`${file}: { ${names.join(', ')} } describes ${again.member} again`];
  }),
);
for (const breach of breaches) console.log(breach);
process.exit(breaches.length === 0 ? 0 : 1);

/** All of these names stand in the answer, and they are a good part of it. */
function isPartOf(answer: ReadonlySet<string>, names: readonly string[]): boolean {
  return names.length >= fewest && 3 * names.length > answer.size && names.every((name) => answer.has(name));
}

/** The names of the members of an interface, a type or a schema of an object; of everything else none. */
function namesIn({ type, body, members, callee, arguments: given }: Node): string[] {
  if (type === 'TsInterfaceDeclaration') return namesOf((body as { body: Member[] }).body);
  if (type === 'TsTypeLiteral') return namesOf(members as Member[]);
  const called = (callee as { property?: { value?: string } } | undefined)?.property?.value ?? '';
  if (type !== 'CallExpression' || !/^(?:loose|strict)?object$/i.test(called)) return [];
  const [shape] = given as { expression: { properties?: Member[] } }[];
  return namesOf(shape?.expression.properties ?? []);
}

interface Member {
  readonly key?: { readonly value?: unknown };
}

function namesOf(members: readonly Member[]): string[] {
  return members.flatMap(({ key }) => (typeof key?.value === 'string' ? [key.value] : []));
}
