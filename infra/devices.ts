import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iot from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { CustomAuthorizer } from './custom-authorizer.ts';
import { PengyouFunction } from './function.ts';
import type { Parts } from './parts.ts';

/** The thing that the connection's certificate belongs to; the broker fills it in. */
const thing = '${iot:Connection.Thing.ThingName}';

/**
 * Basic Ingest: the same message without the broker's message fee, for the kinds that nobody waits for. The rule is
 * named in the topic, so by this way any kind would pass by the rule that it should have had.
 */
const ingestedKinds = ['bay', 'gate', 'ack', 'health'];

const mayPublish = [
  `pengyou/${thing}/up/*`,
  ...ingestedKinds.map((kind) => `$aws/rules/pengyou_bulk/pengyou/${thing}/up/${kind}`),
  `uhppoted/${thing}/events`,
  `uhppoted/${thing}/events/live`,
  `uhppoted/${thing}/replies/*`,
  `uhppoted/${thing}/system`,
];

/** A star also stands for slashes, and a message that no rule takes would be accepted and lost. */
const mayNotPublish = [`pengyou/${thing}/up/*/*`];

const mayHear = [`pengyou/${thing}/down/*`, `uhppoted/${thing}/requests/*`];

/** What a device with a certificate may do: speak and hear under its own name, and nothing else. */
export class DeviceAccess extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const policy = new iot.CfnPolicy(this, 'Policy', {
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['iot:Connect'],
            Resource: this.#arns('client', [thing]),
            Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } },
          },
          { Effect: 'Allow', Action: ['iot:Publish'], Resource: this.#arns('topic', mayPublish) },
          { Effect: 'Deny', Action: ['iot:Publish'], Resource: this.#arns('topic', mayNotPublish) },
          { Effect: 'Allow', Action: ['iot:Subscribe'], Resource: this.#arns('topicfilter', mayHear) },
          { Effect: 'Allow', Action: ['iot:Receive'], Resource: this.#arns('topic', mayHear) },
        ],
      },
    });
    new CfnOutput(Stack.of(this), 'DevicePolicyName', {
      description: 'Attach it to the certificate of every device',
      value: policy.ref,
    });
  }

  #arns(resource: 'client' | 'topic' | 'topicfilter', names: readonly string[]): string[] {
    return names.map((resourceName) => Stack.of(this).formatArn({ service: 'iot', resource, resourceName }));
  }
}

/** Charging boards know no certificates: they sign in by MQTT user name and password, on an endpoint of their own. */
export class BoardLogin extends Construct {
  readonly fn: PengyouFunction;

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    this.fn = new PengyouFunction(this, parts, {
      name: 'authorize-board',
      description: 'MQTT user name and password of boards without certificates',
      // The broker waits five seconds at most.
      timeoutS: 5,
      memoryMiB: 512,
    });
    parts.storage.allowRead(this.fn);
    new CustomAuthorizer(this, 'Authorizer', {
      fn: this.fn,
      name: 'pengyou-boards',
      applicationProtocol: 'SECURE_MQTT',
      output: 'BoardsEndpointName',
    });
  }
}
