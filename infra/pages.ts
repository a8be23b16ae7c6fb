import { Construct } from 'constructs';
import { CustomAuthorizer } from './custom-authorizer.ts';
import { PengyouFunction } from './function.ts';
import type { Parts } from './parts.ts';

/** The pages' live view: MQTT over WebSocket, let in by the access token that the API takes too. */
export class Pages extends Construct {
  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    const fn = new PengyouFunction(this, parts, {
      name: 'authorize-page',
      description: 'Lets a page with an access token subscribe to its estates’ live topics',
      timeoutS: 5,
      memoryMiB: 512,
      environment: { ISSUER_URL: parts.signIn.issuerUrl, AUDIENCE: parts.signIn.audience },
    });
    new CustomAuthorizer(this, 'Authorizer', {
      fn,
      name: 'pengyou-pages',
      applicationProtocol: 'MQTT_WSS',
      output: 'PagesEndpointName',
    });
  }
}
