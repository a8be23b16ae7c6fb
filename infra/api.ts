import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as api from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PengyouFunction } from './function.ts';
import { commandTopics, type Parts } from './parts.ts';

const { GET, POST } = api.HttpMethod;

const estateRoutes: readonly Route[] = [
  [GET, '/estates'],
  [GET, '/estates/{estateId}/overview'],
  [GET, '/estates/{estateId}/alerts'],
  [POST, '/estates/{estateId}/alerts/{alertId}/acknowledge'],
  [GET, '/estates/{estateId}/refusals'],
  [POST, '/estates/{estateId}/credentials'],
  [POST, '/estates/{estateId}/credentials/{credentialId}/revoke'],
];

const chargingRoutes: readonly Route[] = [
  [GET, '/estates/{estateId}/charges'],
  [GET, '/estates/{estateId}/charges/{chargeId}'],
  [GET, '/estates/{estateId}/accounts'],
  [POST, '/estates/{estateId}/charges'],
  [POST, '/estates/{estateId}/charges/{chargeId}/stop'],
];

const provisionRoutes: readonly Route[] = [[POST, '/estates/{estateId}/provision']];

type Route = readonly [method: api.HttpMethod, path: string];

/** What people and their programs ask and order, each call with an access token. */
export class Api extends Construct {
  readonly http: api.HttpApi;

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    this.http = this.#http(parts);
    const estate = this.#fn(parts, 'api-estate', 'Overview, alerts, refusals and credentials of an estate');
    estate.mayPublish(commandTopics.pengyou, commandTopics.uhppoted);
    this.#serve(estate, estateRoutes);

    const charging = this.#fn(parts, 'api-charging', 'Charges: list, show, start from the phone, stop');
    charging.mayPublish(commandTopics.juy);
    this.#serve(charging, chargingRoutes);

    const provision = this.#fn(
      parts,
      'api-provision',
      'An operator writes an estate’s configuration and cash top-ups',
    );
    provision.mayPublish(commandTopics.uhppoted);
    this.#serve(provision, provisionRoutes);
  }

  #http(parts: Parts): api.HttpApi {
    const http = new api.HttpApi(this, 'Http', {
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
    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new api.HttpStage(this, 'Stage', {
      httpApi: http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: { destination: new api.LogGroupLogDestination(accessLog) },
    });
    new CfnOutput(Stack.of(this), 'ApiUrl', { description: 'The HTTP API', value: http.apiEndpoint });
    return http;
  }

  #fn(parts: Parts, name: string, description: string): PengyouFunction {
    const fn = new PengyouFunction(this, parts, { name, description, timeoutS: 10, memoryMiB: 1024 });
    parts.storage.allowCommit(fn);
    parts.secret.allowRead(fn);
    return fn;
  }

  #serve(fn: PengyouFunction, routes: readonly Route[]): void {
    const integration = new HttpLambdaIntegration(fn.name, fn.lambda, { scopePermissionToRoute: false });
    for (const [method, path] of routes) this.http.addRoutes({ path, methods: [method], integration });
  }
}
