import { type Address, readAddress } from './addresses.js';
import { maskUrl } from './mask-url.js';
import { OutboundError } from './outbound.errors.js';

/** Where a request goes: one hop's URL, and what of it decides whether it may be reached. */
export interface Target {
  readonly url: URL;
  /** A name in lower case and ASCII without the dot at its end, or an address without brackets. */
  readonly host: string;
  /** Set where the URL names an address, in whatever notation. */
  readonly address: Address | undefined;
  readonly port: number;
  readonly secure: boolean;
}

const LONGEST_URL = 8_192;

/**
 * Reads a URL, `text` being relative to `from` in a redirect. Notations of addresses, escapes and letters beyond ASCII are
 * resolved as browsers do (WHATWG URL), so that what is judged is what is reached.
 * @throws OutboundError `bad_url`; `refused_port` for port 0
 */
export function parseTarget(text: string, from?: URL): Target {
  const refuse = (why: string): never => {
    throw new OutboundError('bad_url', `The URL ${maskUrl(text)} cannot be downloaded from: ${why}`);
  };
  if (text.length > LONGEST_URL) throw new OutboundError('bad_url', `A URL may have ${LONGEST_URL} characters at most`);
  // Programs disagree on these; a URL that two read differently is the oldest trick there is.
  if (/[\p{Cc}\\]/u.test(text)) refuse('it holds a backslash or a control character');
  const url = URL.parse(text, from?.href) ?? refuse('it is no URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse('only http and https are possible');
  if (hasMalformedUserinfo(url)) refuse('its user name or password is not escaped properly');
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  if (port === 0) throw new OutboundError('refused_port', 'Downloads may not reach port 0');
  const address = readAddress(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const host = address?.toString() ?? url.hostname.replace(/\.$/, '');
  if (host.split('.').includes('')) refuse('its host is no name');
  return { url, host, address, port, secure };
}

function hasMalformedUserinfo({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return false;
  } catch {
    return true;
  }
}
