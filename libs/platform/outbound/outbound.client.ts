import { isUtf8 } from 'node:buffer';
import type { Config } from '#platform/config';
import { exchange, type OutboundResponse } from './exchange.js';
import { NameResolver } from './name-resolver.js';
import { OutboundError } from './outbound.errors.js';
import { OutboundPolicy, type OutboundRules } from './outbound.policy.js';
import { type Endpoint, OwnEndpoints } from './own-endpoints.js';
import { DirectRoute, ProxyRoute, type Route } from './routes.js';
import { parseTarget, type Target } from './target.js';

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]); // RFC 9110, section 15.4
/** What may only be told to the server it was meant for. */
const CREDENTIALS = new Set(['authorization', 'cookie']);

export interface OutboundClientOptions {
  readonly rules: OutboundRules;
  /** What this installation listens on. */
  readonly own: readonly Endpoint[];
  /** DNS servers; none for the system's resolver. */
  readonly dnsServers: readonly string[];
  readonly proxyUrl?: string | undefined;
  /** For one address to take a connection, TLS included; 10 s unless told. */
  readonly connectTimeoutMs?: number;
  /** For a server to begin its answer; 30 s unless told. */
  readonly headersTimeoutMs?: number;
  /** Certificates of authorities to trust instead of Node's, PEM. */
  readonly ca?: string;
}

export interface OpenOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** How long a body may pause; 60 s unless told. */
  readonly inactivityTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches by URLs that strangers gave. Every hop is judged by the `OutboundPolicy` before anything is connected to, and
 * connected to at the very address that was judged. The environment's proxies are ignored.
 */
export class OutboundClient {
  private readonly policy: OutboundPolicy;
  private readonly route: Route;

  constructor(private readonly options: OutboundClientOptions) {
    this.policy = new OutboundPolicy(options.rules);
    const { proxyUrl, dnsServers, connectTimeoutMs = 10_000, own, ca } = options;
    const route = { policy: this.policy, own: new OwnEndpoints(own), connectTimeoutMs, ...(ca && { ca }) };
    this.route = proxyUrl ? new ProxyRoute(route, proxyUrl) : new DirectRoute(route, new NameResolver(dnsServers));
  }

  /** By the operator's settings. */
  static from(config: Config): OutboundClient {
    const database = URL.parse(config.databaseUrl ?? '');
    const own = [{ host: config.host, port: config.port }];
    if (database?.hostname) {
      own.push({ host: database.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(database.port || 5432) });
    }
    return new OutboundClient({
      rules: { allow: config.downloadAllow, deny: config.downloadDeny, ports: config.downloadPorts },
      own,
      dnsServers: config.downloadDns,
      proxyUrl: config.downloadProxy,
    });
  }

  /**
   * Says what of a URL can be said at once, without the network: for those who only fetch later, when all is judged again.
   * @throws OutboundError `bad_url`, `refused_host`, `refused_port`, `refused_address`
   */
  checkUrl(url: string): void {
    const target = parseTarget(url);
    this.policy.checkTarget(target);
    if (target.address) this.policy.checkAddresses(target, [target.address], () => false);
  }

  /**
   * GETs a URL, following up to five redirects; whatever status is no redirect comes back. User name and password in the
   * URL become basic authentication (RFC 7617). To another origin no credentials go along, and none leave https.
   * @throws OutboundError
   */
  async open(url: string, options: OpenOptions = {}): Promise<OutboundResponse> {
    let target = parseTarget(url);
    let headers = withBasicAuth(lowerCased(options.headers ?? {}), target.url);
    for (let redirects = 0; ; redirects += 1) {
      const response = await this.request(target, headers, options);
      const location = REDIRECTS.has(response.status) ? response.headers.location : undefined;
      if (location === undefined) return response;
      await response.close();
      if (redirects === MOST_REDIRECTS)
        throw new OutboundError('redirect_loop', `There are more than ${MOST_REDIRECTS} redirects`);
      const next = redirected(target, location);
      headers = withBasicAuth(next.url.origin === target.url.origin ? headers : withoutCredentials(headers), next.url);
      target = next;
    }
  }

  private async request(
    target: Target,
    headers: Record<string, string>,
    options: OpenOptions,
  ): Promise<OutboundResponse> {
    const { inactivityTimeoutMs = 60_000, signal } = options;
    this.policy.checkTarget(target);
    const connection = await this.route.open(target, signal);
    return exchange(connection, target, {
      headers: { 'user-agent': 'Diskyard', accept: '*/*', 'accept-encoding': 'identity', ...headers },
      headersTimeoutMs: this.options.headersTimeoutMs ?? 30_000,
      inactivityTimeoutMs,
      signal,
    });
  }
}

function redirected(from: Target, location: string): Target {
  // Bytes beyond ASCII come one by one; where they are UTF-8, that is what was meant.
  const bytes = Buffer.from(location, 'latin1');
  const to = parseTarget(isUtf8(bytes) ? bytes.toString() : location, from.url);
  if (from.secure && !to.secure) {
    throw new OutboundError('refused_redirect', `${from.host} redirects from https to http, where nothing is safe`);
  }
  return to;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name)));
}

/** Headers that the caller gave go before the URL's user. */
function withBasicAuth(headers: Record<string, string>, { username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return headers;
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return { authorization: `Basic ${pair}`, ...headers };
}
