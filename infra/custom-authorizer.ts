import { Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iot from 'aws-cdk-lib/aws-iot';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { PengyouFunction } from './function.ts';

export interface CustomAuthorizerProps {
  readonly fn: PengyouFunction;
  /** Of the authorizer and of its endpoint. */
  readonly name: string;
  readonly applicationProtocol: 'SECURE_MQTT' | 'MQTT_WSS';
  /** The stack's output that says the endpoint's name. */
  readonly output: string;
}

/**
 * A function that decides who may connect, and an endpoint of the broker where it alone decides. The endpoint is a
 * domain that AWS manages, so it needs no certificate of ours and is the same in every partition.
 */
export class CustomAuthorizer extends Construct {
  constructor(scope: Construct, id: string, props: CustomAuthorizerProps) {
    super(scope, id);
    const authorizer = new iot.CfnAuthorizer(this, 'Authorizer', {
      authorizerName: props.name,
      authorizerFunctionArn: props.fn.lambda.functionArn,
      signingDisabled: true,
      status: 'ACTIVE',
    });
    new lambda.CfnPermission(this, 'Allow', {
      action: 'lambda:InvokeFunction',
      functionName: props.fn.lambda.functionArn,
      principal: 'iot.amazonaws.com',
      sourceArn: authorizer.attrArn,
      sourceAccount: Aws.ACCOUNT_ID,
    });
    // The policies that the function answers with name the broker's resources in full.
    props.fn.lambda.addEnvironment('BROKER_ARN', `arn:${Aws.PARTITION}:iot:${Aws.REGION}:${Aws.ACCOUNT_ID}`);
    const endpoint = new iot.CfnDomainConfiguration(this, 'Endpoint', {
      domainConfigurationName: props.name,
      domainConfigurationStatus: 'ENABLED',
      serviceType: 'DATA',
      authenticationType: 'CUSTOM_AUTH',
      applicationProtocol: props.applicationProtocol,
      authorizerConfig: { defaultAuthorizerName: authorizer.ref, allowAuthorizerOverride: false },
    });
    new CfnOutput(Stack.of(this), props.output, {
      description: 'Its address: aws iot describe-domain-configuration --domain-configuration-name <this>',
      value: endpoint.ref,
    });
  }
}
