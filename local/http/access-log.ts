import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WorldClock } from '../machine/clock.ts';
import { ACCOUNT } from '../template/arn.ts';
import { type Template, Unsupported } from '../template/template.ts';

/**
 * The variables that an HTTP API has for its access log. A REST API has others, such as `resourcePath`: there they are
 * taken without a word and written as `-` for ever.
 */
const VARIABLES = new Set([
  'accountId',
  'apiId',
  'authorizer.error',
  'authorizer.principalId',
  'awsEndpointRequestId',
  'awsEndpointRequestId2',
  'customDomain.basePathMatched',
  'dataProcessed',
  'domainName',
  'domainPrefix',
  'error.message',
  'error.messageString',
  'error.responseType',
  'extendedRequestId',
  'httpMethod',
  'identity.sourceIp',
  'identity.userAgent',
  'integration.error',
  'integration.integrationStatus',
  'integration.latency',
  'integration.requestId',
  'integration.status',
  'integrationErrorMessage',
  'integrationLatency',
  'integrationStatus',
  'path',
  'protocol',
  'requestId',
  'requestTime',
  'requestTimeEpoch',
  'responseLatency',
  'responseLength',
  'routeKey',
  'stage',
  'status',
]);
const CLAIM = /^authorizer\.claims\.\w+$/;

/** What is known of one call, by variable. */
export type AccessFacts = Readonly<Record<string, string | number | undefined>>;

/** How a call is written; `-` stands for what is not known. Throws for a variable that an HTTP API does not have. */
export function compileAccessLog(format: string): (facts: AccessFacts) => string {
  const variable = /\$context\.(\w+(?:\.\w+)*)/g;
  for (const [, name = ''] of format.matchAll(variable))
    if (!VARIABLES.has(name) && !CLAIM.test(name))
      throw new Error(`$context.${name} is no variable of an HTTP API's access log`);
  if (!/\$context\.(?:requestId|extendedRequestId)\b/.test(format))
    throw new Error('An access log must say requestId or extendedRequestId');
  return (facts) => format.replace(variable, (_, name: string) => escaped(String(facts[name] ?? '-')));
}

/** What a caller chose, such as the path, must not be able to forge a line. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** What is found out of a call on its way, by variable. */
export interface CallTold extends Record<string, string | number | undefined> {
  readonly requestId: string;
}

interface LogWorld {
  readonly clock: WorldClock;
  readonly log: (line: string) => void;
}

/** The HTTP API's access log: one line a call, in the format of its stage. */
export class AccessLog {
  #line: ((facts: AccessFacts) => string) | undefined;
  #world: LogWorld | undefined;

  open(template: Template, world: LogWorld): void {
    this.#world = world;
    for (const { logicalId, type, properties } of template.ofType('AWS::ApiGatewayV2::Stage')) {
      const { AccessLogSettings: settings } = properties;
      if (settings === undefined) continue;
      template.find('AWS::Logs::LogGroup', settings.DestinationArn);
      try {
        this.#line = compileAccessLog(String(settings.Format));
      } catch (error) {
        throw new Unsupported(logicalId, type, `AccessLogSettings.Format: ${(error as Error).message}`);
      }
    }
  }

  /** A call begins; it is written when it is over, with what was put into the answer meanwhile. */
  begin(request: IncomingMessage, response: ServerResponse): CallTold {
    const beganMs = performance.now();
    const told: CallTold = { requestId: randomUUID() };
    const ip = request.socket.remoteAddress;
    response.once('close', () => {
      if (this.#line === undefined || this.#world === undefined) return;
      const nowMs = this.#world.clock.now();
      const line = this.#line({
        accountId: ACCOUNT,
        apiId: 'local',
        stage: '$default',
        requestTime: new Date(nowMs).toISOString(),
        requestTimeEpoch: nowMs,
        httpMethod: request.method,
        path: (request.url ?? '/').split('?')[0],
        protocol: `HTTP/${request.httpVersion}`,
        'identity.sourceIp': ip,
        'identity.userAgent': request.headers['user-agent'],
        status: response.statusCode,
        responseLatency: Math.round(performance.now() - beganMs),
        ...told,
      });
      this.#world.log(`access ${line}`);
    });
    return told;
  }
}
