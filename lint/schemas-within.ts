import type * as z from 'zod/mini';

/** What a schema is made of, as far as others may stand in it. */
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

/** A schema within another, and the member that holds it. */
interface Within extends Definition {
  readonly member: string;
}

const kinds = new Set([
  ...['string', 'number', 'int', 'boolean', 'null', 'literal', 'unknown', 'any', 'enum'],
  ...['object', 'array', 'record', 'union', 'optional', 'nullable', 'default'],
]);

/** A schema, and every one in it, however deep. Throws for a kind of which it does not know what is inside. */
export function schemasWithin(schema: z.ZodMiniType, member: string): Within[] {
  const { def } = (schema as Schema)._zod;
  if (!kinds.has(def.type)) throw new Error(`${member}: what is within "${def.type}" is not looked for`);
  const { shape = {}, options = [], innerType, element, valueType } = def;
  const inside = [...options, innerType, element, valueType].filter((one) => one !== undefined);
  return [
    { ...def, member },
    ...inside.flatMap((one) => schemasWithin(one, member)),
    ...Object.entries(shape).flatMap(([name, one]) => schemasWithin(one, name)),
  ];
}
