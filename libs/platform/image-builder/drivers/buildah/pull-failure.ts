import type { SandboxedProgramError } from '#platform/sandbox';

/** Why buildah could not fetch an image. */
export interface PullFailure {
  /** One line, in its words. */
  readonly reason: string;
  /** Whether another attempt, later, may get over it. */
  readonly isRetryable: boolean;
}

const MAX_CHARACTERS = 300;

/** A registry's answer that is no image. Each version of buildah, and each step of a pull, says it in other words. */
const STATUS = /(?:status code from registry|HTTP status:|StatusCode:) (\d{3})\b/;
const PASSING = ['429', '500', '502', '503', '504'];
/** 429 in the words of registries, and in those of buildah. */
const TOO_MANY = /: too many requests to registry$|\btoomanyrequests: /;

/** How Go ends what it says of a connection that could not be made, or broke. */
const BROKEN = [
  ...['EOF', 'unexpected EOF', 'connection refused', 'connection reset by peer', 'connection timed out', 'broken pipe'],
  ...['i/o timeout', 'TLS handshake timeout', 'timeout awaiting response headers', 'context deadline exceeded'],
  ...['no route to host', 'network is unreachable', 'network is down', 'host is down'],
  ...['no such host', 'server misbehaving', 'Temporary failure in name resolution'],
];
const IS_BROKEN = new RegExp(`: (?:${BROKEN.join('|')})(?: \\(Client\\.Timeout exceeded .*\\))?$`);

/** Bytes that came whole, and are no layer: the image itself ends too early. */
const BAD_LAYER = /^writing blob: (?!.*: happened during read: )/;

/**
 * What a failed `buildah pull` means. A name without an address counts as passing: the operator wrote it into the settings,
 * so it is rather the name server that is away.
 */
export function explainPull({ lastWords, status }: SandboxedProgramError): PullFailure {
  // A registry's own words may have several lines.
  const [, said = lastWords] = /^Error: ([^]*)$/m.exec(lastWords) ?? [];
  const reason = said.replace(/\s+/g, ' ').trim() || status;
  return { reason: reason.slice(0, MAX_CHARACTERS), isRetryable: isPassing(reason) };
}

function isPassing(reason: string): boolean {
  const [, status] = STATUS.exec(reason) ?? [];
  if (status !== undefined) return PASSING.includes(status);
  return TOO_MANY.test(reason) || (IS_BROKEN.test(reason) && !BAD_LAYER.test(reason));
}
