/**
 * The little of the Reflect metadata API that @peculiar/x509's dependency container asks for before it loads. It has
 * to be imported before that package.
 */
const store = new WeakMap<object, Map<unknown, unknown>>();

function own(key: unknown, target: object): unknown {
  return store.get(target)?.get(key);
}

function inherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    const value = own(key, at);
    if (value !== undefined) return value;
  }
  return undefined;
}

function define(key: unknown, value: unknown, target: object): void {
  const metadata = store.get(target) ?? new Map<unknown, unknown>();
  store.set(target, metadata.set(key, value));
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, {
    getMetadata: inherited,
    getOwnMetadata: own,
    hasOwnMetadata: (key: unknown, target: object) => own(key, target) !== undefined,
    defineMetadata: define,
    metadata: (key: unknown, value: unknown) => (target: object) => define(key, value, target),
  });
}
