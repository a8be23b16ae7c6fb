import './reflect-metadata.ts';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { LOOPBACK } from './listener.ts';
import { StateFile } from './state-file.ts';

/** A private key and its certificate, both PEM. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
}

/** The authority that a local installation trusts, and nothing else does. */
export interface Certificates {
  readonly authority: string;
  readonly server: Identity;
  /** A client certificate whose common name is the thing's name. */
  issueDevice(thingName: string): Promise<Identity>;
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Certificates live in real time, whatever the world's clock says: TLS checks them against the machine's. */
const VALID_DAYS = 3650;
const DAY_MS = 86_400_000;

x509.cryptoProvider.set(webcrypto as Crypto);

interface Stored {
  readonly authority: Identity;
  readonly server: Identity;
}

/** Makes the authority and the broker's certificate, or takes those of an earlier run. */
export async function openCertificates(stateDir: string | undefined): Promise<Certificates> {
  const file = new StateFile<Stored>(stateDir, 'certificates.json');
  let stored = file.read();
  if (stored === undefined) {
    stored = await createAuthority();
    file.write(stored);
  }
  const { authority, server } = stored;
  const authorityName = new x509.X509Certificate(authority.certificate).subject;
  const signer = { key: await importKey(authority.key), name: authorityName };
  return {
    authority: authority.certificate,
    server,
    issueDevice: (thingName) => issue(signer, thingName, [new x509.ExtendedKeyUsageExtension([CLIENT_AUTH])]),
  };
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

async function createAuthority(): Promise<Stored> {
  // Two installations must not share a name: OpenSSL would try the one's key on the other's certificates, and what it
  // leaves behind when that fails ends the connection before the broker can say why it refuses it.
  const name = `CN=Local cloud ${randomBytes(4).toString('hex')}`;
  const keys = (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name,
    ...validity(),
    signingAlgorithm: EC,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const server = await issue({ key: keys.privateKey, name }, 'localhost', [
    new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
    new x509.SubjectAlternativeNameExtension([
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: LOOPBACK },
    ]),
  ]);
  return {
    authority: { key: await exportKey(keys.privateKey), certificate: certificate.toString('pem') },
    server,
  };
}

interface Signer {
  readonly key: webcrypto.CryptoKey;
  readonly name: string;
}

async function issue(signer: Signer, commonName: string, extensions: x509.Extension[]): Promise<Identity> {
  const keys = (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // Given as data, not as text, so that no name can carry a second attribute with it.
    subject: [{ CN: [commonName] }],
    issuer: signer.name,
    ...validity(),
    signingAlgorithm: EC,
    publicKey: keys.publicKey,
    signingKey: signer.key as CryptoKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...extensions,
    ],
  });
  return { key: await exportKey(keys.privateKey), certificate: certificate.toString('pem') };
}

function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + VALID_DAYS * DAY_MS) };
}

/** A leading zero bit keeps it positive. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), EC, false, ['sign']);
}
