import { BlockList, isIP } from 'node:net';

/** Addresses that nobody on the public Internet has: what answers there is ours, or our neighbour's in the cloud. */
const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv6');

/** Where a function of AWS asks for its own work: an alert that is posted there would be taken for the answer. */
const runtimePort = '9001';

/**
 * Whether alerts may be posted to this address: https, and not to a literal address of a private network, because the
 * functions that post stand inside one. Plain http is let through to this very machine only: the local cloud has no
 * certificate that a webhook of a test could show, and in AWS nothing but the runtime listens there.
 */
export function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const here = hostname === '127.0.0.1' || hostname === 'localhost';
  if (protocol === 'http:') return here && port !== runtimePort;
  return protocol === 'https:' && !here && !isPrivate(hostname);
}

function isPrivate(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && notPublic.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
