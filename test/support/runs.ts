/** How many random cases a property is tried on: fewer where `npm run mutate` runs the same tests again and again. */
export function runs(usual: number): number {
  return Math.min(usual, Number(process.env['PENGYOU_MOST_RUNS'] ?? usual));
}
