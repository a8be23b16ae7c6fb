/** Names that mean something to a careless program, and nothing to anybody who gives them. */
export const poisonNames = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['prototype', 'length', 'name', 'then', 'toJSON', 'call', 'apply', 'arguments', 'caller', 'size', 'get'],
  ...['null', 'undefined', 'NaN', 'true', '0', '-0', 'M', 'S', '~constructor', '~~__proto__', '~'],
] as const;
