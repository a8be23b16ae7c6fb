import { afterEach, describe, expect, test } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { refuseUnknown, Template } from '../../local/template/template.ts';
import { arn, envelope, removeAssembly, resource, type SmallCloud, writeAssembly } from './small-cloud.ts';

const directories: string[] = [];
const nothing = { nothing: { source: 'export const handler = async () => {};' } };

async function assembly(small: Partial<SmallCloud>): Promise<string> {
  const directory = await writeAssembly({ functions: nothing, ...small });
  directories.push(directory);
  return directory;
}

/** Starts with one resource more, which has to stop the start. */
async function refusal(resource: object): Promise<string> {
  const directory = await assembly({ resources: { Odd: resource } });
  return startLocalCloud({ assembly: directory }).then(
    async (cloud) => {
      await cloud.stop();
      return 'it started';
    },
    (error: Error) => error.message,
  );
}

function rule(sql: string): object {
  const payload = {
    AwsIotSqlVersion: '2016-03-23',
    Sql: sql,
    Actions: [{ Lambda: { FunctionArn: arn('nothing') } }],
  };
  return resource('AWS::IoT::TopicRule', { TopicRulePayload: payload });
}

afterEach(() => {
  for (const directory of directories.splice(0)) removeAssembly(directory);
});

describe('what the local cloud does not know stops it at start, by name', () => {
  test('a resource type', async () => {
    const message = await refusal(resource('AWS::SNS::Topic', {}));
    expect(message).toMatch(/Odd \(AWS::SNS::Topic\): this resource type is not supported/);
  });

  test('a property, also deep inside', async () => {
    const queue = resource('AWS::SQS::Queue', { FifoQueue: true });
    expect(await refusal(queue)).toMatch(/Odd \(AWS::SQS::Queue\): the property FifoQueue is not supported/);
    const payload = {
      AwsIotSqlVersion: '2016-03-23',
      Sql: "SELECT topic() AS t FROM 'a'",
      Actions: [{ Sns: {} }],
    };
    const sns = resource('AWS::IoT::TopicRule', { TopicRulePayload: payload });
    expect(await refusal(sns)).toMatch(/Odd .*TopicRulePayload\.Actions\.Sns/);
  });

  test('a resource attribute and an intrinsic function', async () => {
    expect(await refusal({ Type: 'AWS::SQS::Queue', CreationPolicy: {} })).toMatch(/Odd .*CreationPolicy/);
    const imported = resource('AWS::SQS::Queue', { QueueName: { 'Fn::ImportValue': 'x' } });
    expect(await refusal(imported)).toMatch(/Odd.*Fn::ImportValue/);
  });

  test('an SQL function', async () => {
    const message = await refusal(rule(`SELECT ${envelope}, newuuid() AS id FROM 'a'`));
    expect(message).toMatch(/Odd \(AWS::IoT::TopicRule\): TopicRulePayload.Sql: the function newuuid/);
  });

  test('a value that has no local meaning', async () => {
    const schedule = {
      ScheduleExpression: 'cron(0 12 * * ? *)',
      Targets: [{ Id: 'a', Arn: arn('nothing') }],
    };
    expect(await refusal({ Type: 'AWS::Events::Rule', Properties: schedule })).toMatch(/Odd .*cron/);
    const policy = {
      PolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '${iot:Certificate.Subject}' }],
      },
    };
    expect(await refusal({ Type: 'AWS::IoT::Policy', Properties: policy })).toMatch(
      /Odd .*iot:Certificate.Subject/,
    );
  });

  test('a variable of an access log that an HTTP API does not have', async () => {
    const resources = (Format: string) => ({
      Log: { Type: 'AWS::Logs::LogGroup' },
      Odd: resource('AWS::ApiGatewayV2::Stage', {
        StageName: '$default',
        AccessLogSettings: { DestinationArn: arn('Log'), Format },
      }),
    });
    const start = async (format: string) =>
      startLocalCloud({ assembly: await assembly({ resources: resources(format) }) });
    await expect(start('$context.requestId $context.resourcePath')).rejects.toThrow(
      /Odd .*Format: \$context\.resourcePath is no variable/,
    );
    await expect(start('$context.path')).rejects.toThrow(/Odd .*must say requestId/);
  });

  test('an event source whose function may not read it', async () => {
    const mapping = { EventSourceArn: arn('Work'), FunctionName: { Ref: 'nothing' } };
    const resources = {
      Work: { Type: 'AWS::SQS::Queue' },
      Odd: { Type: 'AWS::Lambda::EventSourceMapping', Properties: mapping },
    };
    const start = startLocalCloud({ assembly: await assembly({ resources }) });
    await expect(start).rejects.toThrow(/role of nothing does not allow sqs:ReceiveMessage/);
  });
});

describe('intrinsic functions', () => {
  test('Ref, GetAtt, Join, Sub, Select, Split, If and parameters', async () => {
    const environment = {
      JOINED: { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, { Ref: 'Audience' }]] },
      SUB: { 'Fn::Sub': '${Work.QueueName} in ${AWS::AccountId} ${!literal}' },
      PICKED: { 'Fn::Select': [5, { 'Fn::Split': [':', arn('Work')] }] },
      CHOSEN: { 'Fn::If': ['Never', 'yes', { Ref: 'Given' }] },
      URL: { Ref: 'Work' },
    };
    const directory = await assembly({
      functions: { nothing: { ...nothing.nothing, environment } },
      parameters: { Given: { Type: 'String' } },
      resources: {
        Work: { Type: 'AWS::SQS::Queue' },
        Never: { Type: 'AWS::SQS::Queue', Condition: 'Never' },
      },
    });
    const read = readAssembly(directory);
    const withCondition = {
      ...read,
      template: { ...read.template, Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
    };
    refuseUnknown(withCondition);
    const endpoints = { gateway: 'http://gateway', api: 'http://api' };
    const template = new Template(withCondition, { IssuerUrl: 'http://issuer', Given: 'no' }, endpoints);
    expect(template.find('AWS::Lambda::Function', 'nothing').properties.Environment.Variables).toEqual({
      JOINED: 'a-us-east-1-small',
      SUB: 'Small-Work in 000000000000 ${literal}',
      PICKED: 'Small-Work',
      CHOSEN: 'no',
      URL: 'http://gateway/000000000000/Small-Work',
    });
    expect(template.resources.map(({ logicalId }) => logicalId)).not.toContain('Never');
  });

  test('a parameter without value and default is named', async () => {
    const resources = { Work: resource('AWS::SQS::Queue', { QueueName: { Ref: 'Missing' } }) };
    const directory = await assembly({ resources, parameters: { Missing: { Type: 'String' } } });
    await expect(startLocalCloud({ assembly: directory })).rejects.toThrow(/parameter Missing/);
  });
});
