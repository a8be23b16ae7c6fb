import { createHash } from 'node:crypto';
import middy from '@middy/core';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as z from 'zod/mini';
import { log } from '../src/shared/log.ts';
import { allowed, denied } from './wiring/broker-policy.ts';

const environment = z.parse(
  z.object({ BROKER_ARN: z.string(), ISSUER_URL: z.string(), AUDIENCE: z.string() }),
  process.env,
);

const requestSchema = z.object({
  protocolData: z.object({ mqtt: z.object({ password: z.string(), clientId: z.string() }) }),
});
const claimsSchema = z.object({
  sub: z.string(),
  estates: z.optional(z.string()),
  roles: z.optional(z.string()),
  household: z.optional(z.string()),
});

/** Any OpenID Connect issuer: where its keys are is in its own discovery document. */
let issuerKeys: ReturnType<typeof createRemoteJWKSet> | undefined;
async function keysOfIssuer() {
  if (issuerKeys === undefined) {
    const url = `${environment.ISSUER_URL.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const discovery = z.parse(z.object({ jwks_uri: z.url() }), await (await fetch(url)).json());
    issuerKeys = createRemoteJWKSet(new URL(discovery.jwks_uri));
  }
  return issuerKeys;
}

/**
 * Who may look on, and at what: those who run an estate, at what the API shows them too; a resident at the notices of
 * the own household. A resident's own sessions come by the API.
 */
const heard: Readonly<Record<string, readonly string[]>> = {
  manager: ['*'],
  operator: ['*'],
  committee: ['alerts', 'stays', 'doors', 'ports', 'devices'],
};

const plainName = /^[A-Za-z0-9-]+$/;

/**
 * A page's name at the broker: `page-<the person, hashed>-<the page>`. One name has one connection, and the older one is
 * closed: so no device is called so, and nobody comes in under the name of somebody else's page.
 */
const pageName = /^page-([0-9a-f]{32})-[A-Za-z0-9-]{1,64}$/;
const nameOf = (subject: string) => createHash('sha256').update(subject).digest('hex').slice(0, 32);

/** A page looks on, with the access token that the API takes too: it may hear of its estates, and say nothing. */
export const handler = middy().handler(async (request: unknown) => {
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) return denied('unknown');
  const { password, clientId } = parsed.data.protocolData.mqtt;
  const [, person] = pageName.exec(clientId) ?? [];
  if (person === undefined) return denied('unknown');
  try {
    const { payload } = await jwtVerify(
      Buffer.from(password, 'base64').toString('utf8'),
      await keysOfIssuer(),
      {
        issuer: environment.ISSUER_URL,
        audience: environment.AUDIENCE,
      },
    );
    const { sub, estates = '', roles = '', household = '' } = z.parse(claimsSchema, payload);
    if (person !== nameOf(sub)) throw new Error('It is named as the page of somebody else');
    const kinds = new Set(roles.split(' ').flatMap((role) => heard[role] ?? []));
    const named = estates.split(' ').filter((estate) => plainName.test(estate));
    // As in the API: a household is that of the one estate in the token.
    if (roles.split(' ').includes('resident') && named.length === 1 && plainName.test(household))
      kinds.add(`household-${household}`);
    if (kinds.size === 0) return denied(sub);
    // Operators also see the refusals of devices that belong to no estate.
    if (roles.split(' ').includes('operator')) named.push('-');
    const topics = named.flatMap((estate) =>
      kinds.has('*') ? [`live/${estate}/*`] : [...kinds].map((kind) => `live/${estate}/${kind}`),
    );
    return allowed(sub, {
      connect: [`${environment.BROKER_ARN}:client/${clientId}`],
      subscribe: topics.map((topic) => `${environment.BROKER_ARN}:topicfilter/${topic}`),
      receive: topics.map((topic) => `${environment.BROKER_ARN}:topic/${topic}`),
    });
  } catch (error) {
    log('page-refused', { clientId, error: String(error) });
    return denied(clientId);
  }
});
