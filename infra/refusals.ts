import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as iot from 'aws-cdk-lib/aws-iot';
import * as logs from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Construct } from 'constructs';
import { PengyouFunction } from './function.ts';
import { keptLogs } from './kept-logs.ts';
import type { Parts } from './parts.ts';

/** IoT Core always writes to this name. */
const brokerLogName = 'AWSIotLogsV2';

/** What the broker itself refused never reaches a rule; its log does, so that it is seen and counted too. */
export class Refusals extends Construct {
  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    const brokerLog = new logs.LogGroup(this, 'BrokerLog', {
      logGroupName: brokerLogName,
      retention: keptLogs,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#letBrokerLog(brokerLog);
    const fn = new PengyouFunction(this, parts, {
      name: 'on-broker-refusal',
      description: 'What the broker itself refused: a foreign topic, an unknown certificate, a wrong login',
      timeoutS: 10,
      memoryMiB: 512,
      asyncRetries: 2,
    });
    parts.storage.allowCommit(fn);
    parts.secret.allowRead(fn);
    new logs.SubscriptionFilter(this, 'Refused', {
      logGroup: brokerLog,
      destination: new LambdaDestination(fn.lambda),
      filterPattern: logs.FilterPattern.any(
        logs.FilterPattern.stringValue('$.reason', '=', 'AUTHORIZATION_FAILURE'),
        logs.FilterPattern.stringValue('$.reason', '=', 'AUTHENTICATION_FAILURE'),
      ),
    });
  }

  #letBrokerLog(brokerLog: logs.LogGroup): void {
    const role = new iam.Role(this, 'BrokerLogRole', {
      assumedBy: new iam.ServicePrincipal('iot.amazonaws.com'),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [brokerLog.logGroupArn],
      }),
    );
    const logging = new iot.CfnLogging(this, 'Logging', {
      accountId: Aws.ACCOUNT_ID,
      defaultLogLevel: 'ERROR',
      roleArn: role.roleArn,
    });
    logging.node.addDependency(role, brokerLog);
  }
}
