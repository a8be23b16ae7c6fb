import * as z from 'zod/mini';

/**
 * What the API and the live topics say, as far as the page uses it. Unknown members are ignored, and words that may
 * grow (states, reasons, kinds) are plain strings: a new word is shown as it is, it does not break the page.
 */
export const bilingual = z.object({ zh: z.string(), en: z.string() });
export type Bilingual = z.infer<typeof bilingual>;

/** `/config.json`, written by whoever serves the page. */
export const pageConfig = z.object({
  api: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  audience: z.string(),
  websocket: z.string(),
});
export type PageConfig = z.infer<typeof pageConfig>;

const estate = z.object({ estateId: z.string(), name: bilingual, timeZone: z.string() });
export type Estate = z.infer<typeof estate>;

/** When a device was last heard, by the server's clock, and from how much silence on it is away. */
const presence = {
  online: z.boolean(),
  lastSeenAtMs: z.optional(z.number()),
  silentAfterMs: z.number(),
};

const port = z.object({
  port: z.number(),
  state: z.string(),
  /** It was so when its board was last heard, which is away now. */
  asOfMs: z.optional(z.number()),
  powerW: z.optional(z.number()),
  energyWh: z.optional(z.number()),
  chargingS: z.optional(z.number()),
  chargeId: z.optional(z.string()),
});
export type Port = z.infer<typeof port>;

const board = z.object({
  deviceId: z.string(),
  ...presence,
  ports: z.array(port),
});
export type Board = z.infer<typeof board>;

const lastAtDoor = z.object({ atMs: z.number(), outcome: z.string(), reason: z.optional(z.string()) });

/** What a door was told for an evacuation, and how far it has done it. */
const hold = z.object({
  wanted: z.string(),
  state: z.string(),
  askedAtMs: z.number(),
  answeredAtMs: z.optional(z.number()),
});

const door = z.object({
  deviceId: z.string(),
  door: z.number(),
  /** The device by which it is heard: itself, or its gateway. */
  heardBy: z.string(),
  ...presence,
  name: bilingual,
  direction: z.string(),
  hold: z.optional(hold),
  last: z.optional(lastAtDoor),
});
export type Door = z.infer<typeof door>;

const occupancy = z.object({
  /** `not-counted`, `counted` or `last-known`. */
  state: z.string(),
  inside: z.optional(z.number()),
  asOfMs: z.optional(z.number()),
});
export type Occupancy = z.infer<typeof occupancy>;

const facility = z.object({
  facilityId: z.string(),
  kind: z.string(),
  name: bilingual,
  bays: z.number(),
  alarm: z.boolean(),
  boards: z.array(board),
  doors: z.array(door),
  occupancy,
});
export type Facility = z.infer<typeof facility>;

const sensor = z.object({
  deviceId: z.string(),
  kind: z.string(),
  place: z.optional(bilingual),
  ...presence,
});
export type Sensor = z.infer<typeof sensor>;

export const overview = z.object({
  estate,
  /** The server's clock when it answered. */
  nowMs: z.number(),
  facilities: z.array(facility),
  sensors: z.array(sensor),
});
export type Overview = z.infer<typeof overview>;

/** What came of telling an alert on one channel. */
const delivery = z.object({
  channel: z.string(),
  attempts: z.int(),
  arrivals: z.int(),
  /** The latest attempt. */
  atMs: z.number(),
  result: z.string(),
  /** What the other side answered: an HTTP status, and a robot's own code. */
  status: z.optional(z.int()),
  code: z.optional(z.int()),
  failingSinceMs: z.optional(z.number()),
  failures: z.int(),
});
export type Delivery = z.infer<typeof delivery>;

export const alert = z.object({
  alertId: z.string(),
  kind: z.string(),
  severity: z.string(),
  createdAtMs: z.number(),
  facilityId: z.optional(z.string()),
  place: bilingual,
  text: bilingual,
  state: z.string(),
  acknowledgedBy: z.optional(z.string()),
  acknowledgedAtMs: z.optional(z.number()),
  deliveries: z._default(z.array(delivery), []),
  nextAttemptAtMs: z.optional(z.number()),
});
export type Alert = z.infer<typeof alert>;

const charge = z.object({
  chargeId: z.string(),
  facilityId: z.string(),
  deviceId: z.string(),
  port: z.number(),
  householdId: z.optional(z.string()),
  startedBy: z.optional(z.string()),
  state: z.string(),
  startedAtMs: z.number(),
  endedAtMs: z.optional(z.number()),
  energyWh: z.optional(z.number()),
  totalFen: z.optional(z.int()),
  stayId: z.optional(z.string()),
});
export type Charge = z.infer<typeof charge>;

const slice = z.object({
  kind: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  energyWh: z.number(),
  priceMilliYuan: z.int(),
  per: z.string(),
  /** 1/3600 of a micro-yuan: exact for energy and for time. */
  amountGrains: z.int(),
  measured: z.boolean(),
  free: z.optional(z.string()),
});
export type BillSlice = z.infer<typeof slice>;

const billLine = z.object({ line: z.string(), amountFen: z.int(), slices: z.array(slice) });
export type BillLine = z.infer<typeof billLine>;

export const receipt = z.object({
  /** By which it is found without signing in. */
  code: z.optional(z.string()),
  readings: z._default(
    z.array(z.object({ atMs: z.number(), energyWh: z.number(), powerW: z.optional(z.number()) })),
    [],
  ),
  removedAtMs: z.optional(z.number()),
  tariffVersion: z.string(),
  lines: z.array(billLine),
  totalFen: z.int(),
  /** What was taken, where that is less than the total. */
  chargedFen: z.optional(z.int()),
  boardClaim: z.optional(
    z.object({
      fen: z.int(),
      energyWh: z.number(),
      stopReason: z.optional(z.string()),
      bands: z.optional(z.array(z.object({ seconds: z.int(), priceMilliYuanPerHour: z.int() }))),
    }),
  ),
  remarks: z.array(z.string()),
  /** Why the board claims another amount. */
  whyDifferent: z.optional(z.array(z.string())),
  /** What it cost before, oldest first. */
  adjustments: z.optional(
    z.array(z.object({ atMs: z.number(), why: z.string(), beforeFen: z.int(), afterFen: z.int() })),
  ),
});
export type Receipt = z.infer<typeof receipt>;

const stay = z.object({ enteredAtMs: z.number(), leftAtMs: z.optional(z.number()) });
export type Stay = z.infer<typeof stay>;

export const chargeDetail = z.object({ charge, receipt: z.optional(receipt), stay: z.optional(stay) });
export type ChargeDetail = z.infer<typeof chargeDetail>;

/** A charge whose end was asked for; the board's account follows. */
export const stopped = z.object({ chargeId: z.string() });

const refusal = z.object({
  atMs: z.number(),
  deviceId: z.optional(z.string()),
  topic: z.string(),
  reason: z.string(),
  detail: z.optional(z.string()),
  /** Of those that are only counted: how many there were today; it is told of the newest. */
  count: z.optional(z.number()),
  /** In a live message: how many of them are news. */
  more: z.optional(z.number()),
});
export type Refusal = z.infer<typeof refusal>;

export const refusals = z.object({
  today: z.record(z.string(), z.number()),
  /** Only the newest were counted: there were as many, and more. */
  atLeast: z.optional(z.boolean()),
  latest: z.array(refusal),
});
export type Refusals = z.infer<typeof refusals>;

export const estateList = z.object({ estates: z.array(estate) });
export const alertList = z.object({ alerts: z.array(alert) });
export const chargeList = z.object({ charges: z.array(charge) });

const livePorts = z.object({
  facilityId: z.string(),
  deviceId: z.string(),
  atMs: z.number(),
  /** When its board was last heard, which may be long before. */
  lastSeenAtMs: z.optional(z.number()),
  ports: z.array(port),
});

/** Somebody at a door, with an outcome; or what it was told for an evacuation, `null` when that is over. */
const liveDoor = z.object({
  facilityId: z.string(),
  deviceId: z.string(),
  door: z.number(),
  atMs: z.number(),
  outcome: z.optional(z.string()),
  reason: z.optional(z.string()),
  hold: z.optional(z.nullable(hold)),
});

/** The last part of `live/<estate>/<kind>`, and what is said there. */
export const liveKinds = {
  ports: livePorts,
  doors: liveDoor,
  alerts: alert,
  charges: charge,
  refusals: refusal,
  devices: z.object({ deviceId: z.string(), atMs: z.number() }),
  stays: z.object({ facilityId: z.string(), inside: z.number() }),
} as const;
export type LiveKind = keyof typeof liveKinds;
export type LiveMessage = { [K in LiveKind]: { kind: K; value: z.infer<(typeof liveKinds)[K]> } }[LiveKind];
