import type * as z from 'zod/mini';

/** One enum within a schema: the member that holds it, and its words. */
export interface FoundEnum {
  readonly member: string;
  readonly words: readonly string[];
}

/** What a schema is made of, as far as enums may stand in it. */
interface Definition {
  readonly type: string;
  readonly entries?: Readonly<Record<string, string>>;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly options?: readonly Schema[];
  readonly innerType?: Schema;
  readonly element?: Schema;
  readonly valueType?: Schema;
}
type Schema = z.ZodMiniType & { readonly _zod: { readonly def: Definition } };

/** Every enum in a schema, however deep. Throws for a kind of schema of which it does not know what is inside. */
export function enumsOf(schema: z.ZodMiniType, member: string): FoundEnum[] {
  const {
    type,
    entries,
    shape = {},
    options = [],
    innerType,
    element,
    valueType,
  } = (schema as Schema)._zod.def;
  if (entries !== undefined) return [{ member, words: Object.values(entries) }];
  const inside = [...options, innerType, element, valueType].filter((one) => one !== undefined);
  if (!isKnown.has(type)) throw new Error(`${member}: enums within "${type}" are not looked for`);
  return [
    ...inside.flatMap((one) => enumsOf(one, member)),
    ...Object.entries(shape).flatMap(([name, one]) => enumsOf(one, name)),
  ];
}

const leaves = ['string', 'number', 'int', 'boolean', 'null', 'literal', 'unknown', 'any'];
const isKnown = new Set([
  ...leaves,
  ...['object', 'array', 'record', 'union', 'optional', 'nullable', 'default'],
]);
