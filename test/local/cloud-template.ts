import { allow, arn, permission, policy, resource, type SmallFunction } from './small-cloud.ts';

// The template of cloud.test.ts: one function for each thing that can go right or wrong.

export const TABLE = 'Small-Table';

/** Every function begins with this: a way to leave a trace in the table. */
const PRELUDE = `
import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
const db = new DynamoDBClient({});
const put = (pk, more = {}) => db.send(new PutItemCommand({ TableName: '${TABLE}', Item: { pk: { S: pk }, ...more } }));
`;

const writes = [allow(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], arn('Table'))];
const sends = [allow(['sqs:SendMessage'], arn('Dead'))];
const reads = allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arn('Work'));
const follows = allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], {
  'Fn::GetAtt': ['Table', 'StreamArn'],
});

const fn = (body: string, more: Partial<SmallFunction> = {}): SmallFunction => ({
  source: `${PRELUDE}\nexport const handler = async (event, context) => {${body}};`,
  may: writes,
  timeoutS: 20,
  ...more,
});

export const functions = {
  failing: fn("throw new TypeError('always ' + event.data);", { may: sends }),
  stuck: fn('await new Promise((done) => setTimeout(done, 60_000));', { may: sends, timeoutS: 1 }),
  dying: fn('process.exit(7);', { may: sends }),
  broken: { source: "throw new RangeError('at init'); export const handler = 0;", may: sends },
  bulk: fn(
    `const failed = [];
    for (const { messageId, body, attributes } of event.Records) {
      const text = Buffer.from(JSON.parse(body).data, 'base64').toString();
      if (text === 'poison') failed.push({ itemIdentifier: messageId });
      else await put('bulk ' + text, { count: { S: attributes.ApproximateReceiveCount } });
    }
    return { batchItemFailures: failed };`,
    { may: [...writes, reads] },
  ),
  follower: fn(
    `const failed = [];
    for (const { dynamodb } of event.Records) {
      const pk = dynamodb.NewImage.pk.S;
      if (pk === 'seen bad') { failed.push({ itemIdentifier: dynamodb.SequenceNumber }); break; }
      await put('followed ' + pk, { at: { N: String(dynamodb.ApproximateCreationDateTime) } });
    }
    return { batchItemFailures: failed };`,
    { may: [...writes, follows, ...sends] },
  ),
  minute: fn("await put('minute ' + event.time, { clock: { S: process.env.PENGYOU_CLOCK } });"),
  api: fn(
    `if (event.rawPath.endsWith('/denied')) {
      const Item = { pk: { S: 'never' } };
      const member = { Put: { TableName: '${TABLE}', Item } };
      const remove = { Delete: { TableName: '${TABLE}', Key: Item } };
      const attempts = [
        () => new IoTDataPlaneClient({}).send(new PublishCommand({ topic: 'live/x' })),
        () => db.send(new TransactWriteItemsCommand({ TransactItems: [member, remove] })),
      ];
      const names = [];
      for (const attempt of attempts) names.push(await attempt().then(() => 'done', (error) => error.name + ': ' + error.message));
      return names;
    }
    const { SecretString } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: process.env.SECRET }));
    return { statusCode: 201, headers: { 'x-id': event.pathParameters.id }, body: JSON.stringify({
      claims: event.requestContext.authorizer.jwt.claims, query: event.queryStringParameters, body: event.body,
      nowMs: event.requestContext.timeEpoch, secret: SecretString.length, region: process.env.AWS_REGION }) };`,
    {
      may: [...writes, allow(['secretsmanager:GetSecretValue'], { Ref: 'Secret' })],
      environment: { SECRET: { Ref: 'Secret' } },
    },
  ),
};

function rule(name: string, filter: string, action: object): object {
  const Sql = `SELECT encode(*, 'base64') AS data FROM '${filter}'`;
  const payload = { AwsIotSqlVersion: '2016-03-23', Sql, Actions: [action], ErrorAction: toQueue('Dead') };
  return resource('AWS::IoT::TopicRule', { RuleName: name, TopicRulePayload: payload });
}

function toQueue(queue: string): object {
  return { Sqs: { QueueUrl: { Ref: queue }, RoleArn: arn('RuleRole'), UseBase64: false } };
}

const toFunction = (name: string) => ({ Lambda: { FunctionArn: arn(name) } });
const asyncRules = ['failing', 'stuck', 'dying', 'broken'] as const;
const onFailure = { OnFailure: { Destination: arn('Dead') } };

export const resources = {
  Table: resource('AWS::DynamoDB::Table', {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  }),
  Dead: { Type: 'AWS::SQS::Queue' },
  Other: { Type: 'AWS::SQS::Queue' },
  Work: resource('AWS::SQS::Queue', {
    RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 2 },
  }),
  Secret: resource('AWS::SecretsManager::Secret', { GenerateSecretString: { PasswordLength: 40 } }),
  RuleRole: resource('AWS::IAM::Role', {
    Policies: [
      { PolicyName: 'send', PolicyDocument: policy(allow(['sqs:SendMessage'], [arn('Work'), arn('Dead')])) },
    ],
  }),
  Anything: resource('AWS::IoT::Policy', { PolicyDocument: policy(allow(['iot:*'], '*')) }),
  ...Object.fromEntries(
    asyncRules.flatMap((name) => [
      [`${name}Rule`, rule(name, `try/${name}`, toFunction(name))],
      [`${name}Allow`, permission(name, 'iot')],
      [
        `${name}Config`,
        resource('AWS::Lambda::EventInvokeConfig', {
          FunctionName: { Ref: name },
          Qualifier: '$LATEST',
          DestinationConfig: onFailure,
          ...(name === 'failing' ? {} : { MaximumRetryAttempts: 0 }),
        }),
      ],
    ]),
  ),
  BulkRule: rule('bulk', 'bulk/+', toQueue('Work')),
  WithoutPermission: rule('without', 'without', toFunction('minute')),
  WithoutRole: rule('role', 'role', toQueue('Other')),
  Feed: resource('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: arn('Work'),
    FunctionName: { Ref: 'bulk' },
    BatchSize: 10,
    MaximumBatchingWindowInSeconds: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  }),
  Follow: resource('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
    FunctionName: { Ref: 'follower' },
    StartingPosition: 'TRIM_HORIZON',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    DestinationConfig: onFailure,
    FilterCriteria: {
      Filters: [
        { Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"pk":{"S":[{"prefix":"seen"}]}}}}' },
      ],
    },
  }),
  EveryMinute: resource('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Id: 'a', Arn: arn('minute') }],
  }),
  EveryMinuteAllow: permission('minute', 'events'),
  Api: resource('AWS::ApiGatewayV2::Api', {
    ProtocolType: 'HTTP',
    CorsConfiguration: {
      AllowOrigins: ['*'],
      AllowHeaders: ['authorization'],
      AllowMethods: ['GET', 'POST'],
    },
  }),
  ApiAllow: permission('api', 'apigateway'),
  AccessLog: { Type: 'AWS::Logs::LogGroup' },
  Stage: resource('AWS::ApiGatewayV2::Stage', {
    ApiId: { Ref: 'Api' },
    StageName: '$default',
    AccessLogSettings: {
      DestinationArn: arn('AccessLog'),
      Format:
        '{"id":"$context.requestId","user":"$context.authorizer.claims.sub","route":"$context.routeKey","path":"$context.path","status":"$context.status","error":"$context.error.message"}',
    },
  }),
  SignIn: resource('AWS::ApiGatewayV2::Authorizer', {
    ApiId: { Ref: 'Api' },
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Audience: [{ Ref: 'Audience' }], Issuer: { Ref: 'IssuerUrl' } },
  }),
  Integration: resource('AWS::ApiGatewayV2::Integration', {
    ApiId: { Ref: 'Api' },
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: arn('api'),
    PayloadFormatVersion: '2.0',
  }),
  ...Object.fromEntries(
    ['GET /things/{id}', 'POST /things/{id}', 'GET /things/denied'].map((RouteKey, index) => [
      `Route${index}`,
      resource('AWS::ApiGatewayV2::Route', {
        ApiId: { Ref: 'Api' },
        RouteKey,
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: 'SignIn' },
      }),
    ]),
  ),
};
