import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as api from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { chargingContract } from '../contract/routes/charging.ts';
import { documentContract } from '../contract/routes/document.ts';
import { estateContract } from '../contract/routes/estate.ts';
import { provisionContract } from '../contract/routes/provision.ts';
import { type RouteContract, routeKey } from '../contract/routes/route.ts';
import { PengyouFunction } from './function.ts';
import { keptLogs } from './kept-logs.ts';
import { commandTopics, type Parts } from './parts.ts';

/**
 * One line of JSON a call: who, whence, what, and how it ended. `user` is the subject of a token that was accepted;
 * `error` is the gateway's own, of a call that reached no function.
 */
const accessLogLine = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  user: '$context.authorizer.claims.sub',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  length: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
};

/** What people and their programs ask and order, each call with an access token. */
export class Api extends Construct {
  readonly http: api.HttpApi;
  readonly #stage: api.HttpStage;
  readonly #limits: Record<string, { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }> = {};

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    this.http = this.#http(parts);
    this.#stage = this.#openStage();
    const estate = this.fn(parts, 'api-estate', 'Overview, alerts, refusals and credentials of an estate');
    estate.mayPublish(...commandTopics('reader', 'door-board'));
    this.serve(estate, estateContract);

    const charging = this.fn(parts, 'api-charging', 'Sessions: list, show, start from the phone, stop');
    charging.mayPublish(...commandTopics('charging-board'));
    this.serve(charging, chargingContract);

    const provision = this.fn(
      parts,
      'api-provision',
      'An estate’s configuration: written by an operator, approved by a second person, and listed',
    );
    provision.mayPublish(...commandTopics('door-board'));
    this.serve(provision, provisionContract);

    const document = new PengyouFunction(this, parts, {
      name: 'api-document',
      description: 'The HTTP API’s own description',
      timeoutS: 5,
      memoryMiB: 256,
    });
    this.serve(document, documentContract);
  }

  #http(parts: Parts): api.HttpApi {
    return new api.HttpApi(this, 'Http', {
      apiName: 'pengyou',
      createDefaultStage: false,
      defaultAuthorizer: new HttpJwtAuthorizer('SignIn', parts.signIn.issuerUrl, {
        jwtAudience: [parts.signIn.audience],
      }),
      // A token travels in a header that a page sets itself, never in a cookie: a foreign page has nothing to send.
      corsPreflight: {
        allowOrigins: ['*'],
        allowMethods: [api.CorsHttpMethod.GET, api.CorsHttpMethod.POST],
        allowHeaders: ['authorization', 'content-type'],
        maxAge: Duration.hours(1),
      },
    });
  }

  #openStage(): api.HttpStage {
    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: keptLogs,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new api.HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new api.LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogLine)),
      },
    });
    new CfnOutput(Stack.of(this), 'ApiUrl', { description: 'The HTTP API', value: this.http.apiEndpoint });
    return stage;
  }

  /** A function that answers routes: reads and commits, and knows the device secret. */
  fn(parts: Parts, name: string, description: string): PengyouFunction {
    const fn = new PengyouFunction(this, parts, { name, description, timeoutS: 10, memoryMiB: 1024 });
    parts.storage.allowCommit(fn);
    parts.secret.allowRead(fn);
    return fn;
  }

  /** Adds the routes of a contract; those for anyone have no authorizer. A limit is in calls a second, of everybody. */
  serve(fn: PengyouFunction, contract: readonly RouteContract[], limit?: api.ThrottleSettings): void {
    const integration = new HttpLambdaIntegration(fn.name, fn.lambda, { scopePermissionToRoute: false });
    for (const route of contract) {
      const { method, path, roles } = route;
      const added = this.http.addRoutes({
        path,
        methods: [api.HttpMethod[method]],
        integration,
        ...(roles === 'anyone' ? { authorizer: new api.HttpNoneAuthorizer() } : {}),
      });
      if (roles === 'anyone') for (const open of added) acknowledgeOpen(open, path);
      if (limit !== undefined) this.#limit(routeKey(route), added, limit);
    }
  }

  /** A stage can limit only routes that are there. */
  #limit(
    key: string,
    routes: readonly api.HttpRoute[],
    { rateLimit = 0, burstLimit = 0 }: api.ThrottleSettings,
  ) {
    this.#limits[key] = { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit };
    this.#stage.node.addDependency(...routes);
    const stage = this.#stage.node.defaultChild;
    if (stage instanceof api.CfnStage) stage.routeSettings = this.#limits;
  }
}

function acknowledgeOpen(route: api.HttpRoute, path: string): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason: `The contract declares ${path} for anyone: who calls it has no account here, and it shows or takes only what is public or signed.`,
  });
}
