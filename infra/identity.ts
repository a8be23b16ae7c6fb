import { CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Who signs people in: any OpenID Connect issuer, because AWS China has no Cognito user pools. */
export class SignIn {
  readonly issuerUrl: string;
  readonly audience: string;

  constructor(scope: Construct) {
    // Directly in the stack, so that the parameters keep these very names.
    this.issuerUrl = new CfnParameter(scope, 'IssuerUrl', {
      description: 'The OpenID Connect issuer whose access tokens are accepted, as in their iss claim',
    }).valueAsString;
    this.audience = new CfnParameter(scope, 'Audience', {
      description: 'What the aud claim of an access token must be',
      default: 'pengyou',
    }).valueAsString;
  }
}
