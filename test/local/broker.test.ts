import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { openCertificates } from '../../local/machine/certificates.ts';
import {
  allow,
  arn,
  envelope,
  permission,
  policy,
  removeAssembly,
  resource,
  writeAssembly,
} from './small-cloud.ts';

const iotArn = (resource: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iot:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});
const own = (path: string) => iotArn(path.replace('THING', '${!iot:Connection.Thing.ThingName}'));
const BROKER = 'arn:aws:iot:us-east-1:000000000000';

const functions = {
  echo: {
    source: `
    import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
    const iot = new IoTDataPlaneClient({});
    export const handler = async (event) => {
      await iot.send(new PublishCommand({ topic: 'pengyou/' + event.client + '/down/echo', qos: 1, payload: JSON.stringify(event) }));
    };`,
    may: [allow(['iot:Publish'], iotArn('topic/pengyou/*'))],
    timeoutS: 20,
  },
  logins: {
    source: `export const handler = async ({ protocolData: { mqtt } }) => {
      const password = Buffer.from(mqtt.password ?? '', 'base64').toString();
      if (mqtt.username === 'throws') throw new Error('out of order');
      const isAuthenticated = password === 'right';
      const Statement = [
        { Effect: 'Allow', Action: 'iot:Connect', Resource: '${BROKER}:client/' + mqtt.username },
        { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: '${BROKER}:topic/JUY/*/' + mqtt.username + '/*' },
        { Effect: 'Allow', Action: 'iot:Subscribe', Resource: '${BROKER}:topicfilter/JUY/S2D/' + mqtt.username + '/*' },
        { Effect: 'Deny', Action: 'iot:Publish', Resource: '${BROKER}:topic/JUY/S2D/*' },
      ];
      const principalId = mqtt.username === 'spaced' ? 'not valid' : mqtt.username;
      return { isAuthenticated, principalId, disconnectAfterInSeconds: 86400, refreshAfterInSeconds: 300,
        policyDocuments: [{ Version: '2012-10-17', Statement }] };
    };`,
    timeoutS: 20,
  },
  refusals: {
    source: `
    import { gunzipSync } from 'node:zlib';
    import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
    const db = new DynamoDBClient({});
    export const handler = async ({ awslogs }) => {
      const { logEvents, logGroup } = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')));
      for (const { message, id } of logEvents) {
        const Item = { pk: { S: id }, group: { S: logGroup }, event: { S: message } };
        await db.send(new PutItemCommand({ TableName: 'Small-Refused', Item }));
      }
    };`,
    may: [allow(['dynamodb:PutItem'], arn('Refused'))],
    timeoutS: 20,
  },
};

function endpoint(name: string, protocol: string): Record<string, object> {
  return {
    [`${name}Endpoint`]: resource('AWS::IoT::DomainConfiguration', {
      DomainConfigurationName: name,
      ServiceType: 'DATA',
      AuthenticationType: 'CUSTOM_AUTH',
      ApplicationProtocol: protocol,
      AuthorizerConfig: { DefaultAuthorizerName: { Ref: 'Logins' }, AllowAuthorizerOverride: false },
    }),
  };
}

const resources = {
  Refused: resource('AWS::DynamoDB::Table', {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }),
  Devices: resource('AWS::IoT::Policy', {
    PolicyDocument: policy(
      {
        ...allow(['iot:Connect'], own('client/THING')),
        Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } },
      },
      allow(
        ['iot:Publish'],
        [own('topic/pengyou/THING/up/*'), own('topic/$aws/rules/echo/pengyou/THING/up/*')],
      ),
      allow(['iot:Subscribe'], own('topicfilter/pengyou/THING/down/*')),
      allow(['iot:Receive'], own('topic/pengyou/THING/down/*')),
    ),
  }),
  Logins: resource('AWS::IoT::Authorizer', {
    AuthorizerFunctionArn: arn('logins'),
    SigningDisabled: true,
    Status: 'ACTIVE',
  }),
  LoginsAllow: permission('logins', 'iot'),
  ...endpoint('Boards', 'SECURE_MQTT'),
  ...endpoint('Pages', 'MQTT_WSS'),
  Echo: resource('AWS::IoT::TopicRule', {
    RuleName: 'echo',
    TopicRulePayload: {
      AwsIotSqlVersion: '2016-03-23',
      Sql: `SELECT ${envelope} FROM 'pengyou/+/up/swipe'`,
      Actions: [{ Lambda: { FunctionArn: arn('echo') } }],
    },
  }),
  EchoAllow: permission('echo', 'iot'),
  BrokerLog: resource('AWS::Logs::LogGroup', { LogGroupName: 'AWSIotLogsV2', RetentionInDays: 30 }),
  Tell: resource('AWS::Logs::SubscriptionFilter', {
    LogGroupName: { Ref: 'BrokerLog' },
    FilterPattern: '{ ($.reason = "AUTHORIZATION_FAILURE") || ($.reason = "AUTHENTICATION_FAILURE") }',
    DestinationArn: arn('refusals'),
  }),
  TellAllow: permission('refusals', 'logs'),
};

let directory: string;
let cloud: LocalCloud;
const clients: MqttClient[] = [];

beforeAll(async () => {
  directory = await writeAssembly({ functions, resources });
  cloud = await startLocalCloud({ assembly: directory });
});

afterEach(() => {
  for (const client of clients.splice(0)) client.end(true);
});

afterAll(async () => {
  await cloud?.stop();
  removeAssembly(directory);
});

/** Resolves to the client once it is connected, or to the reason why not. */
function open(options: IClientOptions & { url?: string }): Promise<MqttClient | Error> {
  const { url, ...rest } = options;
  const settings = { host: '127.0.0.1', reconnectPeriod: 0, ...rest } as IClientOptions;
  const client =
    url === undefined
      ? connect({ protocol: 'mqtts', ca: cloud.certificateAuthority, ...settings })
      : connect(url, settings);
  clients.push(client);
  return new Promise((resolve) => {
    client.once('connect', () => resolve(client));
    client.once('error', resolve);
    client.once('close', () => resolve(new Error('closed')));
  });
}

async function thing(name: string, clientId = name): Promise<MqttClient | Error> {
  const { key, certificate } = await cloud.issueDevice(name);
  return open({ port: cloud.mqtt.port, key, cert: certificate, clientId });
}

async function connected(attempt: Promise<MqttClient | Error>): Promise<MqttClient> {
  const client = await attempt;
  if (client instanceof Error) throw client;
  return client;
}

const board = (username: string, password: string, clientId = username) =>
  open({ port: cloud.boards.port, username, password, clientId });

/** Refusals that the log's subscriber has heard of a client. */
async function refusalsOf(clientId: string): Promise<Record<string, string>[]> {
  await cloud.idle();
  const credentials = { accessKeyId: 'local-admin', secretAccessKey: 'local' };
  const db = new DynamoDBClient({ endpoint: cloud.gateway, region: 'us-east-1', credentials });
  const { Items = [] } = await db.send(new ScanCommand({ TableName: 'Small-Refused' }));
  db.destroy();
  return Items.map(({ event }) => JSON.parse(event?.S ?? '{}')).filter(
    (event) => event.clientId === clientId,
  );
}

describe('things', () => {
  test('speak and hear under their own name, by certificate', async () => {
    const client = await connected(thing('reader-1'));
    const heard = new Promise<string>((resolve) =>
      client.once('message', (_topic, payload) => resolve(String(payload))),
    );
    await client.subscribeAsync('pengyou/reader-1/down/+', { qos: 1 });
    await client.publishAsync('pengyou/reader-1/up/swipe', 'hello', { qos: 1 });
    expect(JSON.parse(await heard)).toMatchObject({
      data: Buffer.from('hello').toString('base64'),
      topic: 'pengyou/reader-1/up/swipe',
      client: 'reader-1',
      principal: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('Basic Ingest is heard by the rule alone', async () => {
    const client = await connected(thing('reader-2'));
    const heard = new Promise<string>((resolve) =>
      client.once('message', (_topic, payload) => resolve(String(payload))),
    );
    await client.subscribeAsync('pengyou/reader-2/down/+', { qos: 1 });
    await client.publishAsync('$aws/rules/echo/pengyou/reader-2/up/anything', 'x', { qos: 1 });
    expect(JSON.parse(await heard)).toMatchObject({ topic: 'pengyou/reader-2/up/anything' });
  });

  test('are disconnected when they publish on a foreign topic, and the broker’s log says so', async () => {
    const client = await connected(thing('reader-3'));
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish('pengyou/reader-1/up/swipe', 'hello', { qos: 1 });
    await closed;
    expect(await refusalsOf('reader-3')).toMatchObject([
      {
        eventType: 'Publish-In',
        reason: 'AUTHORIZATION_FAILURE',
        topicName: 'pengyou/reader-1/up/swipe',
        principalId: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  test('may not listen to others', async () => {
    const client = await connected(thing('reader-4'));
    await expect(client.subscribeAsync('pengyou/+/down/+', { qos: 1 })).rejects.toThrow();
    expect(await refusalsOf('reader-4')).toMatchObject([
      { eventType: 'Subscribe', topicName: 'pengyou/+/down/+' },
    ]);
  });

  test('a certificate of another name, or of another authority, or none, does not get in', async () => {
    expect(await thing('reader-5', 'reader-1')).toBeInstanceOf(Error);
    const foreign = await (await openCertificates(undefined)).issueDevice('reader-6');
    const options = { port: cloud.mqtt.port, clientId: 'reader-6' };
    expect(await open({ ...options, key: foreign.key, cert: foreign.certificate })).toBeInstanceOf(Error);
    expect(await open({ ...options, clientId: 'reader-7' })).toBeInstanceOf(Error);
    for (const clientId of ['reader-1', 'reader-6', 'reader-7']) {
      expect(await refusalsOf(clientId)).toMatchObject([{ eventType: 'Connect' }]);
    }
  });
});

describe('boards and pages', () => {
  test('come in by what the authorizer says, and do what its policy allows', async () => {
    const client = await connected(board('860001', 'right'));
    await client.subscribeAsync('JUY/S2D/860001/+/SERVER', { qos: 1 });
    await client.publishAsync('JUY/D2S/860001/85/DEV', 'x', { qos: 1 });
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish('JUY/S2D/860001/85/SERVER', 'denied though allowed', { qos: 1 });
    await closed;
    expect(await refusalsOf('860001')).toMatchObject([{ eventType: 'Publish-In', principalId: '860001' }]);
  });

  test('stay out with a wrong password, a foreign client id, a failing authorizer or an invalid answer', async () => {
    expect(await board('860002', 'wrong')).toBeInstanceOf(Error);
    expect(await board('860003', 'right', '860001')).toBeInstanceOf(Error);
    expect(await board('throws', 'right')).toBeInstanceOf(Error);
    expect(await board('spaced', 'right')).toBeInstanceOf(Error);
    expect(await refusalsOf('spaced')).toMatchObject([{ details: expect.stringContaining('principalId') }]);
  });

  test('a page comes in over WebSocket', async () => {
    const client = await connected(
      open({
        url: cloud.websocket,
        username: 'page1',
        password: 'right',
        clientId: 'page1',
        protocolVersion: 4,
      }),
    );
    await client.subscribeAsync('JUY/S2D/page1/+', { qos: 0 });
    await expect(client.subscribeAsync('live/#', { qos: 0 })).rejects.toThrow();
  });
});
