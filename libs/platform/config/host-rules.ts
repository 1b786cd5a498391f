import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

/** An address range: its first address and the number of bits that count. */
export type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** An entry of `DOWNLOAD_ALLOW` or `DOWNLOAD_DENY`: what it names, and on which port where it gives one. */
export type HostRule = { readonly port: number | undefined } &
  /** All that no other list names; only to be denied, and on every port. */
  (
    | { readonly kind: 'everything' }
    /** `name` in lower case and ASCII; with `subdomains` what is below it, and not the name itself. */
    | { readonly kind: 'host'; readonly name: string; readonly subdomains: boolean }
    | { readonly kind: 'network'; readonly network: Network }
  );

const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;

/**
 * Reads one entry: `*`, `mirror.local`, `*.example.com`, `10.1.2.3`, `10.1.0.0/16`, `fd00::/8`, each also with a port
 * (`mirror.local:8080`, `[fd00::1]:8080`).
 * @throws RangeError that says what is wrong
 */
export function parseHostRule(text: string): HostRule {
  if (text === '*') return { kind: 'everything', port: undefined };
  const { what, port } = splitPort(text);
  const network = parseNetwork(what);
  if (network) return { kind: 'network', network, port };
  const subdomains = what.startsWith('*.');
  return { kind: 'host', name: parseName(subdomains ? what.slice(2) : what, text), subdomains, port };
}

function splitPort(text: string): { what: string; port: number | undefined } {
  // More than one colon and no brackets: an IPv6 address, which has no room for a port.
  if (/^[^[\]]*:[^[\]]*:/.test(text)) return { what: text, port: undefined };
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]*)\]|([^[\]:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  const what = bracketed ?? plain;
  if (!what || port === 0 || (port ?? 0) > 65_535) throw new RangeError(`"${text}" is no host, network or host:port`);
  return { what, port };
}

/** The network, where `text` is one or a single address; only the usual notations count. */
function parseNetwork(text: string): Network | undefined {
  const [address = '', bits] = text.split('/');
  if (isIP(address) === 0) return undefined;
  const range = bits === undefined ? `${text}/${isIP(address) === 4 ? 32 : 128}` : text;
  return ipaddr.isValidCIDR(range) ? ipaddr.parseCIDR(range) : undefined;
}

function parseName(text: string, entry: string): string {
  const name = domainToASCII(text).replace(/\.$/, '');
  // What a URL would take for an address in another notation ("127.1") would never match as a name.
  const isName =
    name.split('.').every((label) => LABEL.test(label)) &&
    isIP(URL.parse(`http://${name}`)?.hostname ?? '0.0.0.0') === 0;
  if (!isName) throw new RangeError(`"${entry}" is no host, network or host:port`);
  return name;
}
