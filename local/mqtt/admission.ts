import { randomUUID } from 'node:crypto';
import type { Lambda } from '../lambda/lambda.ts';
import type { InvokePermissions } from '../template/iam.ts';
import { type Template, Unsupported } from '../template/template.ts';
import type { Admission, ConnectRequest } from './broker.ts';
import { compilePolicies, type PolicyDocument, unsupportedInPolicy } from './thing-policy.ts';

interface Authorizer {
  readonly functionId: string;
  readonly arn: string;
}

/** What an IoT custom authorizer function answers. */
interface AuthorizerAnswer {
  readonly isAuthenticated?: boolean;
  readonly principalId?: string;
  readonly disconnectAfterInSeconds?: number;
  readonly refreshAfterInSeconds?: number;
  readonly policyDocuments?: readonly (string | PolicyDocument)[];
}

/** AWS IoT's limits for an authorizer's answer. */
const PRINCIPAL = /^[a-zA-Z0-9]{1,128}$/;
const MOST_DOCUMENTS = 10;
const LONGEST_DOCUMENT = 2048;
const SHORTEST_SESSION_S = 300;
const LONGEST_SESSION_S = 86_400;

/**
 * Decides who may connect: things by certificate and the template's policies, boards and pages by the custom
 * authorizer of the domain configuration that stands for their listener.
 */
export class Admissions {
  readonly #thingPolicies: readonly PolicyDocument[];
  readonly #authorizers: Readonly<Record<'boards' | 'pages', Authorizer | undefined>>;
  readonly #lambda: Lambda;
  readonly #permissions: InvokePermissions;

  constructor(template: Template, lambda: Lambda, permissions: InvokePermissions) {
    this.#lambda = lambda;
    this.#permissions = permissions;
    const policies = template.ofType('AWS::IoT::Policy');
    // In AWS a policy is attached to certificates, outside of the template; locally every thing has all of them.
    for (const { logicalId, type, properties } of policies) {
      const what = unsupportedInPolicy([properties.PolicyDocument]);
      if (what !== undefined) throw new Unsupported(logicalId, type, `PolicyDocument: ${what}`);
    }
    this.#thingPolicies = policies.map(({ properties }) => properties.PolicyDocument);
    this.#authorizers = {
      boards: authorizerFor('SECURE_MQTT', template),
      pages: authorizerFor('MQTT_WSS', template),
    };
    for (const { logicalId, type, properties } of template.ofType('AWS::IoT::DomainConfiguration')) {
      const protocol = properties.ApplicationProtocol;
      if (protocol !== 'SECURE_MQTT' && protocol !== 'MQTT_WSS') {
        throw new Unsupported(logicalId, type, `ApplicationProtocol ${protocol}`);
      }
    }
  }

  async admit(request: ConnectRequest): Promise<Admission> {
    if (request.listener === 'things') return this.#admitThing(request);
    const authorizer = this.#authorizers[request.listener];
    if (authorizer === undefined)
      return { ok: false, details: 'No authorizer is configured for this endpoint' };
    return this.#ask(authorizer, request);
  }

  #admitThing({ certificate, clientId }: ConnectRequest): Admission {
    if (certificate === undefined || certificate.commonName === '') {
      return { ok: false, details: 'A client certificate is needed' };
    }
    const { commonName, thumbprint, trusted } = certificate;
    if (!trusted) return { ok: false, principal: thumbprint, details: 'The certificate is not known' };
    // As in AWS, thing variables have a value only when the client id is the name of the certificate's thing.
    const attached = commonName === clientId;
    const may = compilePolicies(this.#thingPolicies, {
      'iot:ClientId': clientId,
      ...(attached ? { 'iot:Connection.Thing.ThingName': commonName } : {}),
      'iot:Connection.Thing.IsAttached': attached ? 'true' : 'false',
    });
    return { ok: true, session: { principal: thumbprint, may } };
  }

  async #ask(authorizer: Authorizer, request: ConnectRequest): Promise<Admission> {
    if (!this.#permissions.allows(authorizer.functionId, 'iot', authorizer.arn)) {
      return { ok: false, details: 'The broker has no permission to invoke the authorizer function' };
    }
    const result = await this.#lambda.invoke(authorizer.functionId, JSON.stringify(authorizerEvent(request)));
    if (!result.ok) return { ok: false, details: `The authorizer function failed: ${result.error}` };
    const answer = JSON.parse(result.payload) as AuthorizerAnswer | null;
    const principal = answer?.principalId ?? '';
    if (answer?.isAuthenticated !== true) {
      return {
        ok: false,
        ...(principal ? { principal } : {}),
        details: 'The authorizer did not authenticate it',
      };
    }
    const documents = (answer.policyDocuments ?? []).map((document) =>
      typeof document === 'string' ? (JSON.parse(document) as PolicyDocument) : document,
    );
    const fault = faultOf(answer, documents);
    if (fault !== undefined) return { ok: false, details: `The authorizer's answer is not valid: ${fault}` };
    const may = compilePolicies(documents, {
      'iot:ClientId': request.clientId,
      'iot:Connection.Thing.IsAttached': 'false',
    });
    const disconnectAfterMs = (answer.disconnectAfterInSeconds ?? LONGEST_SESSION_S) * 1000;
    return { ok: true, session: { principal, may, disconnectAfterMs } };
  }
}

function authorizerFor(protocol: string, template: Template): Authorizer | undefined {
  const domain = template
    .ofType('AWS::IoT::DomainConfiguration')
    .find(({ properties }) => properties.ApplicationProtocol === protocol);
  const name = domain?.properties.AuthorizerConfig?.DefaultAuthorizerName;
  if (domain?.properties.DomainConfigurationStatus === 'DISABLED' || name === undefined) return undefined;
  const { logicalId, type, properties } = template.find('AWS::IoT::Authorizer', name);
  if (properties.SigningDisabled !== true)
    throw new Unsupported(logicalId, type, 'SigningDisabled other than true');
  if (properties.Status !== 'ACTIVE') throw new Unsupported(logicalId, type, `Status ${properties.Status}`);
  const { logicalId: functionId } = template.find('AWS::Lambda::Function', properties.AuthorizerFunctionArn);
  return { functionId, arn: template.names.arn(logicalId) };
}

/** The event of a custom authorizer; the password comes base64-encoded, as the service sends it. */
function authorizerEvent(request: ConnectRequest): object {
  const mqtt = {
    clientId: request.clientId,
    ...(request.username === undefined ? {} : { username: request.username }),
    ...(request.password === undefined ? {} : { password: request.password.toString('base64') }),
  };
  const overTls = request.listener === 'boards';
  return {
    signatureVerified: false,
    protocols: overTls ? ['tls', 'mqtt'] : ['tls', 'http', 'mqtt'],
    protocolData: {
      tls: { serverName: 'localhost' },
      ...(overTls ? {} : { http: { headers: {}, queryString: '' } }),
      mqtt,
    },
    connectionMetadata: { id: randomUUID() },
  };
}

function faultOf(answer: AuthorizerAnswer, documents: readonly PolicyDocument[]): string | undefined {
  if (!PRINCIPAL.test(answer.principalId ?? '')) return 'principalId has to be 1 to 128 letters and digits';
  if (documents.length > MOST_DOCUMENTS) return `more than ${MOST_DOCUMENTS} policy documents`;
  if (documents.some((document) => JSON.stringify(document).length > LONGEST_DOCUMENT)) {
    return `a policy document is over ${LONGEST_DOCUMENT} characters`;
  }
  for (const seconds of [answer.disconnectAfterInSeconds, answer.refreshAfterInSeconds]) {
    if (seconds === undefined) continue;
    if (seconds < SHORTEST_SESSION_S || seconds > LONGEST_SESSION_S)
      return `${seconds} s is not 300 to 86400`;
  }
  return unsupportedInPolicy(documents);
}
