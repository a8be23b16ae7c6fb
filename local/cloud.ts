import { setTimeout as sleep } from 'node:timers/promises';
import { startAdmin } from './admin.ts';
import { type DynamoCall, Gateway, type GatewayServices } from './http/gateway.ts';
import { HttpApi } from './http/http-api.ts';
import { startIssuer } from './http/identity.ts';
import { Pages } from './http/pages.ts';
import type { Person, TokenClaims } from './http/person.ts';
import { Secrets } from './http/secrets.ts';
import { AsyncInvocations } from './lambda/async-invocations.ts';
import { createTables, startDynamoDb } from './lambda/dynamodb.ts';
import { type EventSources, startEventSources } from './lambda/event-sources.ts';
import { Lambda } from './lambda/lambda.ts';
import { Queues } from './lambda/queues.ts';
import { Schedule } from './lambda/schedule.ts';
import { Logs } from './logs.ts';
import { Activity } from './machine/activity.ts';
import { type Identity, openCertificates } from './machine/certificates.ts';
import { linearClock, type WorldClock } from './machine/clock.ts';
import { LOOPBACK } from './machine/listener.ts';
import { Admissions } from './mqtt/admission.ts';
import { type Broker, type BrokerCounters, startBroker } from './mqtt/broker.ts';
import { type PublishedMessage, Rules } from './mqtt/rules.ts';
import { openProviders } from './provider/stand-in.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';
import { Iam, InvokePermissions } from './template/iam.ts';
import { refuseUnknown, Template } from './template/template.ts';

export interface LocalCloudOptions {
  /** The directory that `cdk synth` wrote, or the one with `aws` in it. */
  readonly assembly: string;
  /** Where everything is kept; without it everything is in memory. */
  readonly stateDir?: string;
  /** Real time where none is given. */
  readonly clock?: WorldClock;
  /** Absent or 0: any free port. */
  readonly ports?: {
    readonly api?: number;
    readonly mqtt?: number;
    readonly boards?: number;
    readonly websocket?: number;
    readonly issuer?: number;
    readonly pages?: number;
  };
  /** Values for the template's parameters, besides IssuerUrl, which is the embedded issuer's. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** A built page directory. */
  readonly pagesDir?: string;
  /** Who can sign in at the embedded issuer. */
  readonly people?: readonly Person[];
  readonly log?: (line: string) => void;
  /** Told when a part has ended without which nothing goes on; without it that is logged. */
  readonly failed?: (error: Error) => void;
  /** Told of every request to DynamoDB. */
  readonly observe?: (call: DynamoCall) => void;
}

/** A running local cloud. */
export interface LocalCloud {
  readonly api: string;
  readonly issuer: string;
  readonly pages?: string;
  /** WeChat Pay and Alipay, where the template takes payments. */
  readonly providers?: string;
  readonly adminUrl: string;
  /** The one endpoint of all AWS APIs; `local-admin` as access key may do everything. */
  readonly gateway: string;
  /** What the stack says of itself, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly boards: { readonly host: string; readonly port: number };
  readonly websocket: string;
  /** PEM */
  readonly certificateAuthority: string;
  readonly clock: WorldClock;
  issueDevice(thingName: string): Promise<Identity>;
  accessToken(claims: TokenClaims): Promise<string>;
  /** Resolves when no function runs and rules, queues, streams and retries are drained. */
  idle(): Promise<void>;
  /** Fires the minute's schedule now and resolves when it has run. */
  tick(): Promise<void>;
  /** What lies in queues that no function empties. */
  deadLetters(): Promise<{ readonly queue: string; readonly body: string }[]>;
  tables(): { readonly endpoint: string; readonly names: readonly string[] };
  counters(): Counters;
  stop(): Promise<void>;
}

export interface Counters {
  readonly invocations: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly rules: Readonly<Record<string, number>>;
  /** `<caller> <service>:<action>` → calls. */
  readonly requests: Readonly<Record<string, number>>;
  readonly denied: Readonly<Record<string, number>>;
  readonly broker: Readonly<BrokerCounters>;
}

const DEFAULT_AUDIENCE = 'pengyou';
const DRAIN_WITHIN_MS = 3000;

/** Undoes one step of the start; run in reverse order. */
type Stop = () => unknown;

/** Starts everything that the template describes, or refuses it by name. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const stops: Stop[] = [];
  try {
    return await start(options, stops);
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

async function stopAll(stops: Stop[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

async function start(options: LocalCloudOptions, stops: Stop[]): Promise<LocalCloud> {
  const { stateDir, ports = {}, log = () => {}, observe = () => {} } = options;
  const { clock = linearClock(Date.now(), 1) } = options;
  const assembly = readAssembly(options.assembly);
  refuseUnknown(assembly);
  const front = await openFront(options, clock, assembly, stops);
  const { gateway, httpApi, pages, issuer, certificates, audience, providers } = front;
  const template = new Template(assembly, front.parameters, { gateway: gateway.url, api: httpApi.url });

  // What judges and stores.
  const activity = new Activity();
  const iam = new Iam(template);
  const permissions = new InvokePermissions(template);
  const secrets = new Secrets(template, stateDir, providers?.secrets);
  const queues = new Queues(template, clock, stateDir);
  stops.push(() => queues.flush());

  // What runs. Each part checks its share of the template before the slow database starts.
  const lambda = new Lambda();
  const world = { clock, activity, log, lambda, queues, iam, permissions, stateDir };
  const invocations = new AsyncInvocations(template, lambda, queues, world);
  const rules = new Rules(template, { ...world, invocations });
  const logs = new Logs(template, { ...world, invocations });
  const admissions = new Admissions(template, lambda, permissions);
  const schedule = new Schedule(template, world);
  httpApi.connect(template, world);
  await lambda.start(template, assembly, { ...world, gateway: gateway.url });
  stops.push(() => lambda.stop());

  const dynamo = await startDynamoDb(stateDir, log, options.failed);
  stops.push(() => dynamo.stop());
  const streams = await createTables(dynamo, template, clock);
  const received = (message: PublishedMessage) => {
    void activity.during(rules.run(message).catch((error) => log(`A rule failed: ${error}`)));
  };
  const broker = await startBroker({
    server: certificates.server,
    authority: certificates.authority,
    ports: { mqtt: ports.mqtt ?? 0, boards: ports.boards ?? 0, websocket: ports.websocket ?? 0 },
    throttles: clock.speed > 0,
    admit: (request) => admissions.admit(request),
    received,
    refused: (refusal) => logs.refused(refusal),
  });
  stops.push(() => broker.stop());
  const sources = await startEventSources(template, { ...world, dynamo, streams });
  const tableWritten = () => sources.tableWritten();
  const publish = publisher(broker, received);
  gateway.connect({ ...world, template, dynamo, streams, secrets, tableWritten, publish, observe });
  if (clock.speed > 1) lambda.warm(template);
  await invocations.start(iam);
  schedule.start();
  stops.push(() => windDown({ activity, schedule, invocations, sources, lambda }));

  const websocket = `ws://${LOOPBACK}:${broker.ports.websocket}/mqtt`;
  pages?.configure({ api: httpApi.url, issuer: issuer.url, clientId: issuer.clientId, audience, websocket });
  const admin = await startAdmin({
    clock,
    issueDevice: certificates.issueDevice,
    accessToken: issuer.accessToken,
  });
  stops.push(() => admin.stop());
  const own: OwnParts = { clock, activity, schedule, sources, queues, template, lambda, rules };
  const { outputs } = template;
  const stop = () => stopAll(stops);
  const reached = { ...reach(front, broker), adminUrl: admin.url, websocket, outputs };
  return { ...reached, ...controls(own, gateway, broker), stop };
}

/** How clients of all kinds get in. */
function reach({ httpApi, issuer, pages, providers, gateway, certificates }: Front, broker: Broker) {
  return {
    api: httpApi.url,
    issuer: issuer.url,
    ...(pages === undefined ? {} : { pages: pages.url }),
    ...(providers === undefined ? {} : { providers: providers.url }),
    gateway: gateway.url,
    mqtt: { host: LOOPBACK, port: broker.ports.mqtt },
    boards: { host: LOOPBACK, port: broker.ports.boards },
    certificateAuthority: certificates.authority,
    issueDevice: certificates.issueDevice,
    accessToken: issuer.accessToken,
  };
}

interface OwnParts {
  readonly clock: WorldClock;
  readonly activity: Activity;
  readonly schedule: Schedule;
  readonly sources: EventSources;
  readonly queues: Queues;
  readonly template: Template;
  readonly lambda: Lambda;
  readonly rules: Rules;
}

/** What a test or a tool can ask of a running cloud. */
function controls(parts: OwnParts, gateway: Gateway, broker: Broker) {
  const { clock, activity, schedule, sources, queues, template, lambda, rules } = parts;
  return {
    clock,
    idle: () => activity.idle(),
    tick: () => schedule.tick(),
    deadLetters: async () => sources.unattended(queues),
    tables: () => ({ endpoint: gateway.url, names: template.namesOf('AWS::DynamoDB::Table') }),
    counters: () => ({
      invocations: { ...lambda.invocations },
      failures: { ...lambda.failures },
      rules: { ...rules.matched },
      requests: { ...gateway.requests },
      denied: { ...gateway.denied },
      broker: { ...broker.counters },
    }),
  };
}

type Front = Awaited<ReturnType<typeof openFront>>;

/** What has an address that the template's values are made of: it listens before the template is resolved. */
async function openFront(options: LocalCloudOptions, clock: WorldClock, assembly: Assembly, stops: Stop[]) {
  const { stateDir, ports = {}, people = [] } = options;
  const gateway = new Gateway();
  const httpApi = new HttpApi();
  const pages = options.pagesDir === undefined ? undefined : new Pages(options.pagesDir);
  const providers = openProviders(assembly, clock, stateDir);
  for (const part of [gateway, httpApi, pages, providers]) stops.push(() => part?.stop());
  const [certificates] = await Promise.all([
    openCertificates(stateDir),
    gateway.listen(),
    httpApi.listen(ports.api),
    pages?.listen(ports.pages),
    providers?.listen(),
  ]);
  const audience =
    options.parameters?.Audience ??
    String(assembly.template.Parameters?.Audience?.Default ?? DEFAULT_AUDIENCE);
  const issuer = await startIssuer({
    port: ports.issuer,
    audience,
    pagesOrigin: pages?.url,
    people,
    stateDir,
  });
  stops.push(() => issuer.stop());
  const pagesUrl = pages === undefined ? {} : { PagesUrl: pages.url };
  const own = { Audience: audience, ...pagesUrl, ...providers?.parameters };
  const parameters = { ...own, ...options.parameters, IssuerUrl: issuer.url };
  return { gateway, httpApi, pages, providers, issuer, certificates, audience, parameters };
}

/** What a function publishes reaches subscribers, and rules too, as in AWS. */
function publisher(
  broker: Broker,
  received: (message: PublishedMessage) => void,
): GatewayServices['publish'] {
  return async (topic, payload, qos, retain) => {
    received({ topic, payload, clientId: undefined, principal: undefined });
    // Basic Ingest is for rules alone.
    if (!topic.startsWith('$')) await broker.publish(topic, payload, qos, retain);
  };
}

/** Lets what has begun come to its end, for a moment; what is still waiting then is kept for the next start. */
async function windDown(parts: {
  readonly activity: Activity;
  readonly schedule: Schedule;
  readonly invocations: AsyncInvocations;
  readonly sources: EventSources;
  readonly lambda: Lambda;
}): Promise<void> {
  parts.schedule.stop();
  const limit = new AbortController();
  const tooLong = sleep(DRAIN_WITHIN_MS, undefined, { signal: limit.signal }).catch(() => {});
  await Promise.race([parts.activity.idle(), tooLong]);
  limit.abort();
  parts.invocations.stop();
  const stopped = parts.sources.stop();
  await parts.lambda.stop();
  await stopped;
  parts.invocations.flush();
}
