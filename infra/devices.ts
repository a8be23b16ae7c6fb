import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iot from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { brokerParts } from '../src/devices/families/all.ts';
import type { BrokerPart } from '../src/devices/family.ts';
import { CustomAuthorizer } from './custom-authorizer.ts';
import { PengyouFunction } from './function.ts';
import type { Parts } from './parts.ts';

/** The thing that the connection's certificate belongs to; the broker fills it in. */
const thing = '${iot:Connection.Thing.ThingName}';

const certified = brokerParts.filter(({ login }) => login === 'certificate');

type Arn = (resource: 'client' | 'topic' | 'topicfilter', name: string) => string;

function policyFor(parts: readonly BrokerPart[], arn: Arn) {
  const rights = parts.map((part) => part.rights(thing));
  const topics = (names: readonly string[]) => names.map((name) => arn('topic', name));
  const hear = rights.flatMap((one) => one.hear);
  const statements = [
    {
      Effect: 'Allow',
      Action: ['iot:Connect'],
      Resource: [arn('client', thing)],
      Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } },
    },
    { Effect: 'Allow', Action: ['iot:Publish'], Resource: topics(rights.flatMap(({ publish }) => publish)) },
    { Effect: 'Deny', Action: ['iot:Publish'], Resource: topics(rights.flatMap((one) => one.neverPublish)) },
    { Effect: 'Allow', Action: ['iot:Subscribe'], Resource: hear.map((name) => arn('topicfilter', name)) },
    { Effect: 'Allow', Action: ['iot:Receive'], Resource: topics(hear) },
  ];
  return { Version: '2012-10-17', Statement: statements.filter(({ Resource }) => Resource.length > 0) };
}

/** The service takes so many characters of one policy, and ten policies of one certificate. */
const longestPolicy = 2048;
const longestArn: Arn = (resource, name) => `arn:aws-cn:iot:cn-northwest-1:123456789012:${resource}/${name}`;

/** The families in their order, as many in one policy as it may hold. */
function sharing(parts: readonly BrokerPart[]): BrokerPart[][] {
  const policies: BrokerPart[][] = [];
  for (const part of parts) {
    const together = [...(policies.at(-1) ?? []), part];
    const fits = JSON.stringify(policyFor(together, longestArn)).length < longestPolicy;
    if (fits) policies.splice(-1, 1, together);
    else policies.push([part]);
  }
  return policies;
}

/** What a device with a certificate may do: speak and hear under its own name, and nothing else. */
export class DeviceAccess extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = Stack.of(this);
    const arn: Arn = (resource, resourceName) => stack.formatArn({ service: 'iot', resource, resourceName });
    for (const [index, parts] of sharing(certified).entries()) {
      const number = index === 0 ? '' : String(index + 1);
      const policy = new iot.CfnPolicy(this, `Policy${number}`, { policyDocument: policyFor(parts, arn) });
      new CfnOutput(stack, `DevicePolicyName${number}`, {
        description: 'Attach it to the certificate of every device',
        value: policy.ref,
      });
    }
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
