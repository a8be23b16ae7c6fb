/**
 * Who may import whom, types included: dependency-cruiser reads it in `npm run check`.
 * A room of `src/` may import from itself and from rooms on a lower line, never from its own line or one above.
 */
export const levels = [
  ['provisioning'],
  ['books'],
  ['views'],
  ['intake'],
  ['fire'],
  ['receipts'],
  ['charging'],
  ['access'],
  ['corridor', 'payments'],
  ['alerts'],
  ['tariffs'],
  ['wallet'],
  ['settings'],
  ['journal'],
  ['estate'],
  ['devices', 'billing'],
  ['ledger', 'shared'],
];

/** What stands around `src/`, and what of ours each may not know. */
const around = {
  contract: ['src', 'functions', 'infra', 'local', 'simulator', 'cli', 'web', 'bench'],
  local: ['src', 'functions', 'infra', 'simulator', 'cli', 'web/src', 'bench'],
  infra: ['functions', 'local', 'simulator', 'cli', 'web', 'bench'],
  functions: ['infra', 'local', 'simulator', 'cli', 'web', 'bench'],
  web: ['src', 'functions', 'infra', 'local', 'simulator', 'cli', 'bench'],
  // The headers of the pages are checked by a command.
  cli: ['simulator', 'web/src', 'infra', 'local', 'bench'],
};

const within = (folders) => `^(?:${folders.join('|')})/`;
const rooms = (names) => `^src/(?:${names.join('|')})/`;

/**
 * A folder's own files are made from what the folders within it hold, and never the other way round: but of these the
 * own files are the ground that folders within stand on, and know nothing of them.
 */
const grounds = [
  ['src/devices', '[^/]+'],
  ['src/intake', '[^/]+'],
  ['simulator', 'simulation'],
];

const ownFiles = (folder) => `^${folder}/[^/]+$`;
const outward = [1, 2, 3].map((depth) => ({
  name: 'inner folder looks out',
  comment: "A folder's own files build on those of the folders within it: lint/levels.mjs",
  severity: 'error',
  from: { path: `^(.+)${'/[^/]+'.repeat(depth)}/[^/]+$` },
  to: { path: ownFiles('$1'), pathNot: grounds.map(([ground]) => ownFiles(ground)) },
}));

const inward = grounds.flatMap(([ground, inner]) => [
  {
    name: 'ground looks in',
    comment: 'Folders within stand on these files: lint/levels.mjs',
    severity: 'error',
    from: { path: ownFiles(ground) },
    to: { path: `^${ground}/${inner}/` },
  },
  {
    name: 'inner folder looks out',
    comment: 'These files are the ground of other folders: lint/levels.mjs',
    severity: 'error',
    from: { path: `^${ground}/(?!${inner}/)[^/]+/` },
    to: { path: ownFiles(ground) },
  },
]);

const upward = levels.flatMap((level, line) =>
  level.map((room) => ({
    name: `src/${room} looks up`,
    comment: 'A room imports only from rooms on lower lines: lint/levels.mjs',
    severity: 'error',
    from: { path: rooms([room]) },
    to: { path: '^src/', pathNot: rooms([room, ...levels.slice(line + 1).flat()]) },
  })),
);

export default {
  forbidden: [
    {
      name: 'circle',
      comment: 'Two files need each other: what both need belongs into a third, or one of them has two jobs.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'circle of folders',
      comment: 'Two folders need each other, though no two files do: one of them stands on the wrong level.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    ...outward,
    ...inward,
    ...upward,
    {
      name: 'room without a level',
      comment: 'A folder of src/ has its line in lint/levels.mjs; no file stands outside a room.',
      severity: 'error',
      from: { path: '^src/', pathNot: rooms(levels.flat()) },
      to: {},
    },
    {
      name: 'src looks outward',
      comment: 'src/ is what everything else is built from: it knows nothing of what is around it.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: within([
          'functions',
          'infra',
          'local',
          'simulator',
          'cli',
          'web',
          'bench',
          'test',
          'docs',
          'mutate',
        ]),
      },
    },
    {
      name: 'family by its name',
      comment:
        'What is a family’s own stands in its folder; everything else asks src/devices/families/all.ts.',
      severity: 'error',
      from: {
        path: within(['src', 'functions', 'infra', 'local', 'cli']),
        pathNot: '^src/devices/families/',
      },
      to: { path: '^src/devices/families/[^/]+/' },
    },
    {
      name: 'family that knows another',
      comment: 'What two families share stands in src/devices/.',
      severity: 'error',
      from: { path: '^src/devices/families/([^/]+)/' },
      to: { path: '^src/devices/families/', pathNot: '^src/devices/families/$1/' },
    },
    ...Object.entries(around).map(([folder, unknown]) => ({
      name: `${folder} looks aside`,
      comment: 'What each part around src/ may know is said in lint/levels.mjs.',
      severity: 'error',
      from: { path: within([folder]) },
      to: { path: within(unknown) },
    })),
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['node_modules', '/fixtures/'] },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
  },
};
