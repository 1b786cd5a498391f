import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { type Address, formsOf, isSame, readAddress } from './addresses.js';
import type { Target } from './target.js';

/** Where something of this installation listens: an address or a name, and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What this installation listens on, such as the API and the database: no download has business there. */
export class OwnEndpoints {
  constructor(private readonly endpoints: readonly Endpoint[]) {}

  /** Whether a target is one of them by its name. */
  names({ host, port }: Target): boolean {
    return this.endpoints.some((it) => it.port === port && it.host.toLowerCase() === host);
  }

  /** A test for addresses at that port. Names are looked up anew each time: databases move. */
  async at(port: number): Promise<(address: Address) => boolean> {
    const hosts = this.endpoints.filter((it) => it.port === port).map((it) => it.host);
    const own = (await Promise.all(hosts.map(addressesOf))).flat();
    const isLocal = own.some(meansThisMachine);
    return (address) =>
      formsOf(address).some((form) => (isLocal && meansThisMachine(form)) || own.some((it) => isSame(it, form)));
  }
}

/** Any loopback address may reach what listens on one, and 0.0.0.0 does too. */
function meansThisMachine(address: Address): boolean {
  return ['loopback', 'unspecified'].includes(address.range());
}

async function addressesOf(host: string): Promise<Address[]> {
  const literal = readAddress(host);
  if (literal?.range() === 'unspecified') return [literal, ...interfaceAddresses()];
  if (literal) return [literal];
  // A name that leads nowhere cannot be reached by a download either.
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.flatMap(({ address }) => readAddress(address) ?? []);
}

function interfaceAddresses(): Address[] {
  return Object.values(networkInterfaces()).flatMap((them = []) => them.flatMap((it) => readAddress(it.address) ?? []));
}
