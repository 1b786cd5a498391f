/** What went wrong on the way to another server, and whether trying the same again may help. */
const RETRYABLE = {
  /** No http or https URL, or one that different readers would take differently. */
  bad_url: false,
  /** A host, address or port that downloads may not reach. */
  refused_host: false,
  refused_address: false,
  refused_port: false,
  /** A redirect that leaves https, or leads nowhere. */
  refused_redirect: false,
  redirect_loop: false,
  /** The name has no address; retryable where the DNS failed to say. */
  dns: false,
  connect: true,
  tls: false,
  timeout: true,
  /** The connection broke off, or the body was shorter than announced. */
  interrupted: true,
  /** What came is no HTTP that we understand. */
  protocol: false,
  /** A status that brings no bytes; retryable by what it says. */
  status: false,
  /** The download cannot go on where it broke off; a whole new one may succeed. */
  changed: false,
  too_large: false,
  /** Another length than the server or the caller announced. */
  wrong_length: false,
  /** The caller's signal. */
  aborted: false,
} as const;

export type OutboundErrorKind = keyof typeof RETRYABLE;

export interface OutboundErrorOptions extends ErrorOptions {
  readonly isRetryable?: boolean;
  /** How long the server asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The HTTP status, for `status`. */
  readonly status?: number;
}

/**
 * A request to another server that failed. The message may be shown to whoever gave the URL: it holds no secret of it, and no
 * address that a name leads to. `cause` is for logs.
 */
export class OutboundError extends Error {
  readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;

  constructor(
    readonly kind: OutboundErrorKind,
    message: string,
    options: OutboundErrorOptions = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'OutboundError';
    this.isRetryable = options.isRetryable ?? RETRYABLE[kind];
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
  }
}
