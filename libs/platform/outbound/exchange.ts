import type { Dispatcher } from 'undici';
import { aborted, exchangeFault } from './faults.js';
import { maskUrl } from './mask-url.js';
import type { Target } from './target.js';

/** An answer whose body is still to come. Whoever does not read the body to its end must `close`. */
export interface OutboundResponse {
  readonly status: number;
  /** By lower-case name; several of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Where the answer came from in the end, to show: without secrets. */
  readonly url: string;
  /** The bytes as they were sent. Can be read once. @throws OutboundError while it is read */
  readonly body: AsyncIterable<Buffer>;
  /** Ends the connection; safe to call twice, and after the body. */
  close(): Promise<void>;
}

export interface ExchangeOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly headersTimeoutMs: number;
  readonly inactivityTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Sends one GET over a connection that was opened for it, and ends that with the body. @throws OutboundError */
export async function exchange(
  connection: Dispatcher,
  target: Target,
  options: ExchangeOptions,
): Promise<OutboundResponse> {
  const { signal } = options;
  const end = (reason: Error | null): Promise<void> => connection.destroy(reason).catch(() => undefined);
  const onAbort = (): void => void end(signal ? aborted(signal) : null);
  const close = (): Promise<void> => {
    signal?.removeEventListener('abort', onAbort);
    return end(null);
  };
  const fault = (error: unknown): Error => (signal?.aborted ? aborted(signal) : exchangeFault(error, target));
  signal?.addEventListener('abort', onAbort);
  try {
    signal?.throwIfAborted();
    const { statusCode, headers, body } = await connection.request({
      origin: target.url.origin,
      path: target.url.pathname + target.url.search,
      method: 'GET',
      headers: options.headers,
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.inactivityTimeoutMs,
    });
    body.on('error', () => undefined); // also where nobody reads any more
    return {
      status: statusCode,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()])),
      url: maskUrl(target.url),
      body: readBody(body, fault, close),
      close,
    };
  } catch (error) {
    await close();
    throw fault(error);
  }
}

async function* readBody(
  body: AsyncIterable<Buffer>,
  fault: (error: unknown) => Error,
  close: () => Promise<void>,
): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw fault(error);
  } finally {
    await close();
  }
}
