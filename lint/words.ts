import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Node, sourcesIn } from './sources.ts';

// `node lint/words.ts [checkout]`: no name in the source holds a noun that docs/words.md says has gone.

const root = process.argv[2] ?? '.';
/** Everything but what holds nouns that have gone, to see them refused. */
const places = ['.', ':!test/checks.test.ts'];

/** The rows of the table under `## Gone`: the noun, and what is said instead. */
const gone = [
  ...(
    readFileSync(join(import.meta.dirname, '..', 'docs', 'words.md'), 'utf8').split('\n## Gone\n')[1] ?? ''
  ).matchAll(/^\| `([a-z ]+)` +\| ([^|]+?) +\|/gm),
].map(([, noun = '', instead = '']) => ({ noun, instead }));
if (gone.length === 0) throw new Error('docs/words.md lists no noun that has gone');

const breaches = sourcesIn(root, places).flatMap(({ file, nodes }) =>
  [...new Set([file.replace(/\.\w+$/, ''), ...nodes.flatMap(namesIn)])].flatMap((name) => {
    const words = ` ${wordsOf(name)} `;
    const found = gone.find(({ noun }) => words.includes(` ${noun} `) || words.includes(` ${noun}s `));
    return found === undefined ? [] : [`${file}: ${name} says "${found.noun}"; say ${found.instead}`];
  }),
);
for (const breach of breaches) console.log(breach);
process.exit(breaches.length === 0 ? 0 : 1);

/** A name that the program gives: an identifier, or a text of one word, as kinds and outcomes are. */
function namesIn({ type, value }: Node): string[] {
  const isName = type === 'Identifier' || type === 'PrivateName';
  const isWord = type === 'StringLiteral' && /^[A-Za-z][\w-]*$/.test(String(value));
  return isName || isWord ? [String(value)] : [];
}

/** `PortSession`, `port-session` and `PORT_SESSION` are all `port session`. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z]+/g, ' ')
    .toLowerCase();
}
