import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iot from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { brokerParts } from '../src/devices/families.ts';
import { CustomAuthorizer } from './custom-authorizer.ts';
import { PengyouFunction } from './function.ts';
import type { Parts } from './parts.ts';

/** The thing that the connection's certificate belongs to; the broker fills it in. */
const thing = '${iot:Connection.Thing.ThingName}';

const rights = brokerParts.filter(({ login }) => login === 'certificate').map((part) => part.rights(thing));
const mayPublish = rights.flatMap(({ publish }) => publish);
const mayNotPublish = rights.flatMap(({ neverPublish }) => neverPublish);
const mayHear = rights.flatMap(({ hear }) => hear);

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

/** Boards of families without certificates sign in by MQTT user name and password, on an endpoint of their own. */
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
