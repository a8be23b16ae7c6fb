/** What a rule sees of one message. */
export interface RuleMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly clientId: string | undefined;
  readonly principal: string | undefined;
  readonly timestampMs: number;
}

/** A rule's SQL, ready to run. */
export interface RuleQuery {
  readonly topicFilter: string;
  where(message: RuleMessage): boolean;
  select(message: RuleMessage): Record<string, unknown>;
}

type Value = string | number | boolean | undefined;
type Expression = (message: RuleMessage) => Value;

/** SQL outside the subset. It names what is not supported, and stops the start. */
export class UnsupportedSql extends Error {
  override readonly name = 'UnsupportedSql';
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(<>|<=|>=|[(),=*<>.+\-/{}[\]]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'word' | 'sign';
  readonly text: string;
}

function tokens(sql: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(sql);
    if (match === null) throw new UnsupportedSql(`cannot read the SQL at: ${sql.slice(at, at + 30)}`);
    const [, text, number, word, sign] = match;
    if (text !== undefined) found.push({ kind: 'text', text: text.slice(1, -1).replaceAll("''", "'") });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else found.push({ kind: 'sign', text: sign ?? '' });
  }
  return found;
}

/**
 * Compiles the subset `SELECT f(…) AS name, … FROM 'filter' [WHERE …]` with the functions topic, clientid,
 * principal, timestamp, encode(*, 'base64') and regexp_matches. Anything else is refused by name.
 */
export function compileRuleSql(sql: string): RuleQuery {
  const parser = new Parser(tokens(sql));
  parser.word('SELECT');
  const columns: { name: string; value: Expression }[] = [];
  do {
    if (parser.takeSign('*'))
      throw new UnsupportedSql('SELECT * is not supported: select encode(*, …) AS a name');
    const value = parser.value();
    parser.word('AS');
    columns.push({ name: parser.name(), value });
  } while (parser.takeSign(','));
  parser.word('FROM');
  const topicFilter = parser.text();
  const condition: Expression = parser.takeWord('WHERE') ? parser.or() : () => true;
  parser.end();
  return {
    topicFilter,
    where: (message) => condition(message) === true,
    // As in AWS, an undefined value leaves its name out.
    select: (message) =>
      Object.fromEntries(
        columns.map(({ name, value }) => [name, value(message)]).filter(([, value]) => value !== undefined),
      ),
  };
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  or(): Expression {
    let left = this.#and();
    while (this.takeWord('OR')) {
      const [a, b] = [left, this.#and()];
      left = (message) => a(message) === true || b(message) === true;
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.takeWord('AND')) {
      const [a, b] = [left, this.#not()];
      left = (message) => a(message) === true && b(message) === true;
    }
    return left;
  }

  #not(): Expression {
    if (!this.takeWord('NOT')) return this.#comparison();
    const inner = this.#not();
    return (message) => {
      const value = inner(message);
      return typeof value === 'boolean' ? !value : undefined;
    };
  }

  #comparison(): Expression {
    if (this.takeSign('(')) {
      const inner = this.or();
      this.#sign(')');
      return inner;
    }
    const left = this.value();
    const operator = this.#peek();
    if (operator?.kind !== 'sign' || operator.text === ')') return left;
    if (operator.text !== '=' && operator.text !== '<>') throw this.#refusal(`the operator ${operator.text}`);
    this.#at += 1;
    const right = this.value();
    const equal = operator.text === '=';
    return (message) => {
      const [a, b] = [left(message), right(message)];
      return a === undefined || b === undefined ? undefined : (a === b) === equal;
    };
  }

  /** A literal or a function call. */
  value(): Expression {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'text') return () => token.text;
    if (token?.kind === 'number') return () => Number(token.text);
    if (token?.kind !== 'word')
      throw this.#refusal(`“${token?.text ?? 'the end'}” where a value is expected`);
    if (/^(true|false)$/i.test(token.text)) return () => token.text.toLowerCase() === 'true';
    if (!this.takeSign('(')) throw this.#refusal(`the payload attribute ${token.text}`);
    const call = this.#call(token.text.toLowerCase(), token.text);
    this.#sign(')');
    return call;
  }

  #call(name: string, written: string): Expression {
    switch (name) {
      case 'topic': {
        if (this.#peek()?.text === ')') return ({ topic }) => topic;
        const level = this.#number();
        return ({ topic }) => topic.split('/')[level - 1];
      }
      case 'clientid':
        return ({ clientId }) => clientId ?? 'N/A';
      case 'principal':
        return ({ principal }) => principal;
      case 'timestamp':
        return ({ timestampMs }) => timestampMs;
      case 'encode': {
        this.#sign('*');
        this.#sign(',');
        const form = this.text();
        if (form !== 'base64') throw this.#refusal(`encode to ${form}`);
        return ({ payload }) => payload.toString('base64');
      }
      case 'regexp_matches': {
        const subject = this.value();
        this.#sign(',');
        const pattern = new RegExp(this.text());
        return (message) => {
          const text = subject(message);
          return text === undefined ? undefined : pattern.test(String(text));
        };
      }
      default:
        throw this.#refusal(`the function ${written}`);
    }
  }

  name(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'word') throw this.#refusal(`“${token?.text ?? 'the end'}” as a name`);
    return token.text;
  }

  text(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'text') throw this.#refusal(`“${token?.text ?? 'the end'}” where a text is expected`);
    return token.text;
  }

  #number(): number {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'number')
      throw this.#refusal(`“${token?.text ?? 'the end'}” where a number is expected`);
    return Number(token.text);
  }

  word(expected: string): void {
    if (!this.takeWord(expected))
      throw this.#refusal(`“${this.#peek()?.text ?? 'the end'}” instead of ${expected}`);
  }

  takeWord(expected: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'word' || token.text.toUpperCase() !== expected) return false;
    this.#at += 1;
    return true;
  }

  #sign(expected: string): void {
    if (!this.takeSign(expected))
      throw this.#refusal(`“${this.#peek()?.text ?? 'the end'}” instead of ${expected}`);
  }

  takeSign(expected: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'sign' || token.text !== expected) return false;
    this.#at += 1;
    return true;
  }

  end(): void {
    const token = this.#peek();
    if (token !== undefined) throw this.#refusal(`“${token.text}” after the end of the rule`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #refusal(what: string): UnsupportedSql {
    return new UnsupportedSql(`${what} is not supported in rule SQL`);
  }
}

/** MQTT topic filter matching: `+` one level, `#` the rest. Filters that begin with a wildcard skip `$` topics. */
export function topicMatches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
