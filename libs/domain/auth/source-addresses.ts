import { BlockList, isIP } from 'node:net';

interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`; undefined for anything else. */
function parseCidr(text: string): Network | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  const prefix = Number(digits);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

export function isCidr(text: string): boolean {
  return parseCidr(text) !== undefined;
}

/** Whether a request from `address` is from one of these networks. None at all mean anywhere. */
export function comesFrom(cidrs: readonly string[], address: string | undefined): boolean {
  if (cidrs.length === 0) return true;
  if (address === undefined || isIP(address) === 0) return false;
  const networks = new BlockList();
  for (const network of cidrs.map(parseCidr)) {
    if (network) networks.addSubnet(network.address, network.prefix, network.family);
  }
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, ''); // how a socket for both families shows IPv4
  return networks.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
}
