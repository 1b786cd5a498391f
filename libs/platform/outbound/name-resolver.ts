import { lookup, Resolver } from 'node:dns/promises';
import { type Address, readAddress } from './addresses.js';
import { codeOf } from './faults.js';
import { OutboundError } from './outbound.errors.js';

/** "There is no such name", or no address of this family. */
const ABSENT = new Set(['ENOTFOUND', 'ENODATA']);

/** Finds the addresses of names: asks the servers it was given, or else the system. */
export class NameResolver {
  /** `servers`: `ip` or `ip:port` each. */
  constructor(private readonly servers: readonly string[]) {}

  /** All addresses of a name, best first, asked for once. @throws OutboundError `dns` */
  async resolve(name: string): Promise<Address[]> {
    try {
      const found = this.servers.length > 0 ? await this.ask(name) : await lookup(name, { all: true });
      const addresses = found.flatMap(({ address }) => readAddress(address) ?? []);
      // One that cannot be read cannot be judged.
      if (addresses.length === found.length && addresses.length > 0) return addresses;
      throw new Error(`unreadable answer: ${JSON.stringify(found)}`);
    } catch (cause) {
      const isAbsent = ABSENT.has(codeOf(cause));
      const message = isAbsent ? `There is no host ${name}` : `The DNS has no answer for ${name} at the moment`;
      throw new OutboundError('dns', message, { cause, isRetryable: !isAbsent });
    }
  }

  /** Both families; where one query fails, what the other brings will do. */
  private async ask(name: string): Promise<{ address: string }[]> {
    const resolver = new Resolver({ timeout: 3_000, tries: 2 });
    resolver.setServers([...this.servers]);
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found.map((address) => ({ address }));
    const failures = answers.filter((answer) => answer.status === 'rejected').map((answer): unknown => answer.reason);
    throw failures.find((failure) => !ABSENT.has(codeOf(failure))) ?? failures[0];
  }
}
