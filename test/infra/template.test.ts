import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contracts } from '../../contract/routes/all.ts';
import { routeKey } from '../../contract/routes/route.ts';
import { functionNames, projectBundle } from '../../infra/bundle.ts';
import { compileAccessLog } from '../../local/http/access-log.ts';
import {
  type Resource,
  resources,
  type StubbedApp,
  statements,
  synthesise,
  type Template,
} from './stub-bundles.ts';

describe.each([
  { partition: 'aws', region: 'us-east-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
])('the template for $partition', ({ region }) => {
  let stubbed: StubbedApp;
  beforeAll(() => {
    stubbed = synthesise(region);
  });
  afterAll(() => stubbed.remove());

  test('names every action, in every policy', () => {
    const actions = statements(stubbed.template).flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(50);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('grants nothing on every resource', () => {
    const onAll = statements(stubbed.template).filter(
      ({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().includes('*'),
    );
    expect(onAll).toEqual([]);
  });

  test('names no partition and no endpoint', () => {
    expect(stubbed.text).not.toContain('arn:aws');
    const hosts = [...stubbed.text.matchAll(/[\w.-]*amazonaws\.com[\w.]*/g)].map(([host]) => host);
    // The names of service principals are the same in every partition.
    const principal = /^(?:lambda|iot|events|logs|apigateway)\.amazonaws\.com$/;
    expect(hosts.filter((host) => !principal.test(host))).toEqual([]);
  });

  test('gives every rule the envelope and an error action', () => {
    const rules = resources(stubbed.template, 'AWS::IoT::TopicRule');
    expect(rules).toHaveLength(11);
    for (const [id, { TopicRulePayload }] of rules) {
      const payload = TopicRulePayload as { Sql: string; ErrorAction?: { Sqs?: unknown } };
      expect(payload.Sql, id).toMatch(/^SELECT encode\(\*, 'base64'\) AS data, topic\(\) AS topic, /);
      expect(payload.ErrorAction?.Sqs, id).toBeDefined();
    }
  });

  test('lets only the rule or authorizer that was meant call a function', () => {
    for (const [id, permission] of resources(stubbed.template, 'AWS::Lambda::Permission')) {
      expect(permission['SourceArn'], id).toBeDefined();
    }
  });

  test('runs every function on nodejs24.x and arm64, with a log group of its own', () => {
    const functions = resources(stubbed.template, 'AWS::Lambda::Function');
    const logs = Object.fromEntries(resources(stubbed.template, 'AWS::Logs::LogGroup'));
    expect(functions).toHaveLength(functionNames(projectBundle.sources).length);
    for (const [id, properties] of functions) {
      expect(properties, id).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      const logGroup = (properties['LoggingConfig'] as { LogGroup: { Ref: string } }).LogGroup.Ref;
      expect(logs[logGroup], id).toBeDefined();
    }
  });

  test('keeps every log for the six months that the law asks for, and no longer', () => {
    const logs = resources(stubbed.template, 'AWS::Logs::LogGroup');
    // One a function, the broker's, and the access log.
    expect(logs).toHaveLength(functionNames(projectBundle.sources).length + 2);
    for (const [id, { RetentionInDays }] of logs) expect(RetentionInDays, id).toBe(180);
  });

  test('logs of each call who called what, in words that an HTTP API has', () => {
    const [stage] = resources(stubbed.template, 'AWS::ApiGatewayV2::Stage');
    const settings = stage?.[1]['AccessLogSettings'] as { Format: string } | undefined;
    const Format = settings?.Format ?? '';
    expect(() => compileAccessLog(Format)).not.toThrow();
    expect(JSON.parse(Format)).toMatchObject({
      requestId: '$context.requestId',
      ip: '$context.identity.sourceIp',
      user: '$context.authorizer.claims.sub',
      route: '$context.routeKey',
      path: '$context.path',
      status: '$context.status',
      error: '$context.error.message',
    });
  });

  test('keeps what an asynchronous call failed at', () => {
    const kept = resources(stubbed.template, 'AWS::Lambda::EventInvokeConfig').map(([id, properties]) => {
      expect(properties, id).toHaveProperty('DestinationConfig.OnFailure.Destination');
      return (properties['FunctionName'] as { Ref: string }).Ref;
    });
    expect(kept.sort()).toEqual(calledAsynchronously(stubbed).sort());
  });

  test('keeps what a stream or queue consumer gave up', () => {
    const mappings = resources(stubbed.template, 'AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(5);
    for (const [id, properties] of mappings) {
      expect(properties['FunctionResponseTypes'], id).toEqual(['ReportBatchItemFailures']);
      const ofQueue = /Bulk|Intake/.test(JSON.stringify(properties['EventSourceArn']));
      if (!ofQueue) expect(properties, id).toHaveProperty('DestinationConfig.OnFailure.Destination');
    }
    const queues = resources(stubbed.template, 'AWS::SQS::Queue');
    expect(queues.filter(([, queue]) => queue['RedrivePolicy'] === undefined).map(([id]) => id)).toEqual([
      expect.stringContaining('DeadLettersIntake'),
      expect.stringContaining('DeadLettersQueue'),
    ]);
  });

  test('lets nobody but its own function receive what devices say as they said it', () => {
    const policies = resources(stubbed.template, 'AWS::SQS::QueuePolicy').map(([, policy]) => policy);
    const readers = { DeadLettersIntake: 'sealdeadletters', Bulk: 'ontelemetry' };
    for (const [queue, reader] of Object.entries(readers)) {
      const policy = policies.find(({ Queues }) => JSON.stringify(Queues).includes(queue));
      const document = policy?.['PolicyDocument'] as { Statement: object[] } | undefined;
      expect(document?.Statement, queue).toContainEqual({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:ReceiveMessage',
        Resource: { 'Fn::GetAtt': [expect.stringContaining(queue), 'Arn'] },
        Condition: {
          ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringContaining(reader), 'Arn'] } },
        },
      });
    }
  });

  test('ends nothing of devices where people read but what was sealed', () => {
    const { Resources } = stubbed.template;
    const senders = Object.entries(Resources)
      .filter(([id, { Type }]) => Type !== 'AWS::SQS::QueuePolicy' && !id.startsWith('DeadLetterSealing'))
      .filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => JSON.stringify(Properties ?? {}).includes('DeadLettersQueue'));
    expect(senders.map(([id]) => id)).toEqual([]);
  });

  test('gives nobody who can be reached without a token the secret of the cards', () => {
    const open = resources(stubbed.template, 'AWS::ApiGatewayV2::Route').flatMap(([, route]) =>
      route['AuthorizationType'] === 'JWT' ? [] : [functionOfRoute(stubbed.template, route)],
    );
    const authorizers = resources(stubbed.template, 'AWS::IoT::Authorizer').map(
      ([, { AuthorizerFunctionArn }]) => (AuthorizerFunctionArn as GetAtt)['Fn::GetAtt'][0],
    );
    const [secret] = Object.keys(stubbed.template.Resources).filter((id) => id.startsWith('DeviceSecret'));
    const reachable = [...new Set([...open, ...authorizers])];
    // Receipts, their PDF, the API's document, notices of payments; boards and pages.
    expect(reachable).toHaveLength(6);
    for (const id of reachable) {
      const fn = stubbed.template.Resources[id];
      const role = (fn?.Properties['Role'] as GetAtt | undefined)?.['Fn::GetAtt'][0] ?? '';
      const policies = resources(stubbed.template, 'AWS::IAM::Policy').filter(([, { Roles }]) =>
        JSON.stringify(Roles).includes(role),
      );
      expect(policies.length, id).toBeGreaterThan(0);
      expect(JSON.stringify([fn, policies]), id).not.toContain(secret);
    }
  });

  test('serves a route without a token only where its contract says that it is for anyone', () => {
    const routes = resources(stubbed.template, 'AWS::ApiGatewayV2::Route');
    expect(routes.length).toBeGreaterThan(10);
    const open = routes.filter(([, route]) => route['AuthorizationType'] !== 'JWT');
    const openToAnyone = Object.values(contracts)
      .flat()
      .flatMap((route) => (route.roles === 'anyone' ? [routeKey(route)] : []));
    expect(open.map(([, route]) => route['RouteKey']).sort()).toEqual(openToAnyone.sort());
    for (const [id, route] of open) expect(route['AuthorizationType'], id).toBe('NONE');
  });

  test('ends what answers a payment provider before the five seconds that it waits are over', () => {
    const [notices] = resources(stubbed.template, 'AWS::Lambda::Function').filter(([id]) =>
      id.includes('onpayment'),
    );
    expect(notices?.[1]['Timeout']).toBeLessThanOrEqual(4);
  });

  test('lets nobody who tries codes of receipts take the API from the others', () => {
    const [stage] = resources(stubbed.template, 'AWS::ApiGatewayV2::Stage');
    expect(stage?.[1]['RouteSettings']).toMatchObject({
      'GET /receipts/{code}': { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      'GET /receipts/{code}/pdf': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
    });
  });
});

test('every file in functions/ is deployed, and nothing else is', () => {
  const stubbed = synthesise('us-east-1');
  const deployed = stubbed.app.node
    .findAll()
    .filter(({ node }) => node.id === 'Function')
    .map(({ node }) => node.scope?.node.id);
  stubbed.remove();
  expect(deployed.sort()).toEqual(functionNames(projectBundle.sources));
});

/** The function that a route leads to. */
function functionOfRoute({ Resources }: Template, { Target }: Resource['Properties']): string {
  const integration = /"Ref":"(\w+)"/.exec(JSON.stringify(Target))?.[1] ?? '';
  const { IntegrationUri } = Resources[integration]?.Properties ?? {};
  return (IntegrationUri as GetAtt)['Fn::GetAtt'][0];
}

/** Whom rules, the schedule and the broker's log call: none of them waits for an answer. */
function calledAsynchronously({ template }: StubbedApp): string[] {
  const fromRules = resources(template, 'AWS::IoT::TopicRule').flatMap(([, { TopicRulePayload }]) =>
    (TopicRulePayload as { Actions: { Lambda?: { FunctionArn: GetAtt } }[] }).Actions.map(
      ({ Lambda }) => Lambda?.FunctionArn,
    ),
  );
  const fromSchedule = resources(template, 'AWS::Events::Rule').flatMap(([, { Targets }]) =>
    (Targets as { Arn: GetAtt }[]).map(({ Arn }) => Arn),
  );
  const fromLogs = resources(template, 'AWS::Logs::SubscriptionFilter').map(
    ([, { DestinationArn }]) => DestinationArn as GetAtt,
  );
  const arns = [...fromRules, ...fromSchedule, ...fromLogs].filter((arn) => arn !== undefined);
  return [...new Set(arns.map((arn) => arn['Fn::GetAtt'][0]))];
}

interface GetAtt {
  readonly 'Fn::GetAtt': readonly [id: string, attribute: string];
}
