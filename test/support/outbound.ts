import { buffer } from 'node:stream/consumers';
import { Config } from '#platform/config';
import { OutboundClient, type OutboundClientOptions, OutboundError, type OutboundResponse } from '#platform/outbound';

/** The settings that allow what these lists name, as an operator writes them. */
export function outboundRules(
  allow: string,
  ports: number | string = '80,443',
  deny = '',
): OutboundClientOptions['rules'] {
  const config = Config.parse({ DOWNLOAD_ALLOW: allow, DOWNLOAD_DENY: deny, DOWNLOAD_PORTS: String(ports) });
  return { allow: config.downloadAllow, deny: config.downloadDeny, ports: config.downloadPorts };
}

/** A client that may fetch from this machine, at any port. */
export function localClient(options: Partial<OutboundClientOptions> = {}): OutboundClient {
  return new OutboundClient({ rules: outboundRules('127.0.0.0/8', '1-65535'), own: [], dnsServers: [], ...options });
}

/** The error of a call that must fail with one of ours. */
export async function outboundError(call: Promise<unknown>): Promise<OutboundError> {
  const error: unknown = await call.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof OutboundError) return error;
  throw error;
}

export function readAll(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  return buffer(bytes);
}

export async function textOf({ body }: OutboundResponse): Promise<string> {
  return (await readAll(body)).toString();
}
