/** Nothing: what a fresh process needs to import any module at all. */
export const handler = async () => {};
