import { Resolver } from 'node:dns';
import { EnvError, makeExactValidator } from 'envalid';
import { type HostRule, parseHostRule } from './host-rules.js';

/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

function entriesOf(input: string): string[] {
  return input
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** A validator of a comma-separated list; `parse` throws a RangeError for what is no entry. */
const listOf = <T>(parse: (entry: string) => T): ReturnType<typeof makeExactValidator<readonly T[]>> =>
  makeExactValidator<readonly T[]>((input) => {
    try {
      return entriesOf(input).map(parse);
    } catch (error) {
      throw error instanceof RangeError ? new EnvError(error.message) : error;
    }
  });

/** Hosts and networks to deny: see `parseHostRule`. */
export const deniedHosts = listOf<HostRule>(parseHostRule);

/** Hosts and networks to allow. Nobody means to open every machine of the network at once. */
export const allowedHosts = listOf<HostRule>((entry) => {
  if (entry === '*') throw new RangeError('name hosts and networks; public ones are allowed anyway');
  return parseHostRule(entry);
});

/** Ports and ranges of them: `80,443,8000-8099`. */
export const portRanges = listOf<PortRange>((entry) => {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(entry) ?? [];
  const range = { first: Number(from), last: Number(to) };
  if (!(range.first >= 1 && range.first <= range.last && range.last <= 65_535)) {
    throw new RangeError(`"${entry}" is no port and no range such as 8000-8099`);
  }
  return range;
});

/** Container registries: a host, with its port if it is not the usual one; `http://` before one without TLS. */
export const registries = listOf<string>((entry) => {
  if (!/^(https?:\/\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i.test(entry)) {
    throw new RangeError(`"${entry}" is no registry such as quay.io or http://registry.local:5000`);
  }
  return entry.toLowerCase();
});

/** DNS servers: `ip` or `ip:port`, IPv6 in brackets where a port follows. */
export const dnsServers = listOf<string>((entry) => {
  try {
    new Resolver().setServers([entry]);
  } catch {
    throw new RangeError(`"${entry}" is no DNS server such as 10.0.0.53 or 10.0.0.53:5353`);
  }
  return entry;
});
