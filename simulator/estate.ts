import { createHash } from 'node:crypto';
import type { Name } from '../contract/shapes/name.ts';
import { demoPeople } from '../local/demo-people.ts';
import { seededRandom } from './random.ts';

/** A facility with the devices in it, as the evening uses them. */
export interface Place {
  readonly facilityId: string;
  readonly name: Name;
  readonly kind: 'shed' | 'garage';
  readonly bays: number;
  readonly boards: readonly BoardSite[];
  readonly smoke: string;
  readonly reader?: { readonly in: string; readonly out: string };
  readonly doorBoard?: number;
  readonly baySensor?: string;
}

export interface BoardSite {
  readonly imei: string;
  readonly ports: number;
  readonly user: string;
  readonly password: string;
  readonly settlementUnitWh: 1 | 10;
}

/** A household with a card. Its facilities are those near its building. */
export interface CardHolder {
  readonly householdId: string;
  readonly credentialId: string;
  readonly cardUid: string;
  readonly facilities: readonly string[];
  readonly topUpFen: number;
}

export interface Spot {
  readonly thing: string;
  readonly place: Name;
}

export interface DemoEstate {
  readonly estateId: string;
  readonly name: Name;
  readonly timeZone: string;
  readonly places: readonly Place[];
  readonly gateway?: string;
  readonly corridors: readonly Spot[];
  readonly gates: readonly Spot[];
  readonly households: readonly {
    readonly householdId: string;
    readonly building: string;
    readonly unit: string;
  }[];
  readonly cardHolders: readonly CardHolder[];
  /** The one of them whose pages one can sign in to. */
  readonly accountHolder?: CardHolder;
  /** Somebody whose card was reported lost: registered, then revoked. */
  readonly lost: CardHolder;
}

const TIME_ZONE = 'Asia/Shanghai';
/** The estates are the same in every run; only what happens in them follows the run's seed. */
const ESTATE_SEED = 2024;
const CARD_EVERY_HOUSEHOLDS = 3;

interface Outline {
  readonly estateId: string;
  readonly prefix: string;
  readonly name: Name;
  readonly households: number;
  /** Names of the buildings, in the order in which households are dealt out. */
  readonly buildings: readonly {
    readonly building: string;
    readonly label: Name;
    readonly facilities: readonly string[];
  }[];
  readonly unitsPerBuilding: number;
  readonly places: readonly Place[];
  readonly gateway?: string;
  readonly corridorCount: number;
  readonly gates: readonly Spot[];
}

function board(number: number, ports: 10 | 12): BoardSite {
  const imei = `861197062${String(100_000 + number * 137).padStart(6, '0')}`;
  // Ten bytes is all that such a board can keep of each. Demo devices only: nothing else is behind these words.
  const password = createHash('sha256').update(`demo ${imei}`).digest('hex').slice(0, 10);
  return { imei, ports, user: `b${imei.slice(-8)}`, password, settlementUnitWh: number % 5 === 0 ? 1 : 10 };
}

const YOUYI_PLACES: readonly Place[] = [
  { lane: 41, side: { zh: '东棚', en: 'east shed' }, boards: [board(1, 10)] },
  { lane: 41, side: { zh: '西棚', en: 'west shed' }, boards: [board(2, 10), board(3, 10)] },
  { lane: 113, side: { zh: '南棚', en: 'south shed' }, boards: [board(4, 10)] },
  { lane: 113, side: { zh: '北棚', en: 'north shed' }, boards: [board(5, 10), board(6, 10)] },
].map(({ lane, side, boards }) => {
  const facilityId = `yy-${lane}-${side.en.split(' ')[0]}`;
  const name = { zh: `${lane}弄${side.zh}`, en: `Lane ${lane} ${side.en}` };
  return { facilityId, name, kind: 'shed' as const, bays: 40, boards, smoke: `${facilityId}-smoke` };
});

const ZIYUN_GARAGE: Place = {
  facilityId: 'zy-garage',
  name: { zh: '智能车库', en: 'Smart garage' },
  kind: 'garage',
  bays: 180,
  boards: [board(11, 12), board(12, 12), board(13, 12)],
  smoke: 'zy-garage-smoke',
  reader: { in: 'zy-garage-in', out: 'zy-garage-out' },
  baySensor: 'zy-garage-bays',
};

const ZIYUN_SHEDS: readonly Place[] = [1, 2, 3, 4, 5].map((number) => ({
  facilityId: `zy-shed-${number}`,
  name: { zh: `${number}号车棚`, en: `Shed ${number}` },
  kind: 'shed' as const,
  bays: 40,
  boards: [board(13 + number, 10)],
  smoke: `zy-shed-${number}-smoke`,
  ...(number <= 2 ? { doorBoard: 405_419_895 + number } : {}),
}));

const YOUYI: Outline = {
  estateId: 'youyi',
  prefix: 'yy',
  name: { zh: '友谊小区', en: 'Youyi' },
  households: 400,
  buildings: Array.from({ length: 26 }, (_, index) => {
    const lane = index < 14 ? 41 : 113;
    const number = index < 14 ? index + 1 : index - 13;
    const near = YOUYI_PLACES.filter((place) => place.facilityId.startsWith(`yy-${lane}-`));
    return {
      building: `${lane}-${number}`,
      label: { zh: `${lane}弄${number}号楼`, en: `Lane ${lane} building ${number}` },
      facilities: near.map((place) => place.facilityId),
    };
  }),
  unitsPerBuilding: 3,
  places: YOUYI_PLACES,
  corridorCount: 8,
  gates: [
    { thing: 'yy-gate-41', place: { zh: '41弄大门', en: 'Lane 41 gate' } },
    { thing: 'yy-gate-113', place: { zh: '113弄大门', en: 'Lane 113 gate' } },
  ],
};

const ZIYUN: Outline = {
  estateId: 'ziyun',
  prefix: 'zy',
  name: { zh: '紫云小区', en: 'Ziyun' },
  households: 957,
  buildings: Array.from({ length: 16 }, (_, index) => ({
    building: String(index + 1),
    label: { zh: `${index + 1}号楼`, en: `Building ${index + 1}` },
    // Buildings 1 to 6 stand around the garage; two buildings share each of the five sheds.
    facilities: index < 6 ? ['zy-garage'] : ['zy-garage', `zy-shed-${Math.floor((index - 6) / 2) + 1}`],
  })),
  unitsPerBuilding: 4,
  places: [ZIYUN_GARAGE, ...ZIYUN_SHEDS],
  gateway: 'zy-doors',
  corridorCount: 12,
  gates: [
    { thing: 'zy-gate-in', place: { zh: '入口电子闸道', en: 'Entrance gate, in' } },
    { thing: 'zy-gate-out', place: { zh: '入口电子闸道（出）', en: 'Entrance gate, out' } },
  ],
};

/** Youyi and Ziyun: the two compounds of the demo. */
export const demoEstates: readonly DemoEstate[] = [YOUYI, ZIYUN].map(build);

function build(outline: Outline): DemoEstate {
  const { estateId, name, places, gates, prefix } = outline;
  const households = Array.from({ length: outline.households }, (_, index) => {
    const { building } = at(outline.buildings, index);
    const floor = Math.floor(index / outline.buildings.length);
    const unit = String((floor % outline.unitsPerBuilding) + 1);
    return { householdId: `${prefix}-h${String(index + 1).padStart(4, '0')}`, building, unit };
  });
  const corridors = Array.from({ length: outline.corridorCount }, (_, index) => {
    const { building, label } = at(outline.buildings, index * 5);
    const unit = (index % outline.unitsPerBuilding) + 1;
    return {
      thing: `${prefix}-corridor-${building}-${unit}`,
      place: { zh: `${label.zh}${unit}单元楼道`, en: `${label.en}, unit ${unit}, corridor` },
    };
  });
  const [lost, ...holders] = cardHolders(outline, households);
  if (!lost) throw new Error('An estate without households');
  const accountHolder = holders.find(({ householdId }) =>
    demoPeople.some(({ household }) => household === householdId),
  );
  return {
    estateId,
    name,
    timeZone: TIME_ZONE,
    places,
    corridors,
    gates,
    households,
    cardHolders: holders,
    lost,
    ...(accountHolder === undefined ? {} : { accountHolder }),
    ...(outline.gateway === undefined ? {} : { gateway: outline.gateway }),
  };
}

/** The list goes round. */
function at<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('An empty list');
  return item;
}

function cardHolders(outline: Outline, households: DemoEstate['households']): CardHolder[] {
  const random = seededRandom(ESTATE_SEED, outline.estateId);
  const taken = new Set<number>();
  return households
    .filter((_, index) => index % CARD_EVERY_HOUSEHOLDS === 0)
    .map(({ householdId, building }) => ({
      householdId,
      credentialId: `${householdId}-card`,
      cardUid: newUid(taken, random),
      facilities: outline.buildings.find((known) => known.building === building)?.facilities ?? [],
      topUpFen: random.int(20, 60) * 100,
    }));
}

/** Four bytes. The last three differ as well, because some readers pass on no more. */
function newUid(taken: Set<number>, random: ReturnType<typeof seededRandom>): string {
  for (;;) {
    const last = random.int(1, 0xff_ffff);
    if (taken.has(last)) continue;
    taken.add(last);
    return (random.int(1, 0xfe) * 0x100_0000 + last).toString(16).toUpperCase().padStart(8, '0');
  }
}
