import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import ipaddr from 'ipaddr.js';

/** What a name has. `failing` answers SERVFAIL. */
export interface DnsEntry {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly cname?: string;
  readonly failing?: boolean;
}

/** Names in lower case; of several entries each serves one query of a type, and the last all that follow. */
export type Zone = Readonly<Record<string, DnsEntry | readonly DnsEntry[]>>;

const TYPES = { a: 1, cname: 5, aaaa: 28 } as const; // RFC 1035, section 3.2.2; RFC 3596
const CODE = { fine: 0, failing: 2, absent: 3 } as const;

/** A name server on a loopback port that answers A and AAAA from a table, CNAMEs resolved (RFC 1035, section 4). */
export class DnsServer {
  /** `type name` of each query so far, such as `a mirror.test`. */
  readonly queries: string[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly zone: Zone,
  ) {}

  static async start(zone: Zone): Promise<DnsServer> {
    const socket = createSocket('udp4');
    const server = new DnsServer(socket, zone);
    socket.on('message', (message, client) => server.answer(message, client));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return server;
  }

  /** `ip:port`, as the setting wants it. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }

  private answer(message: Buffer, client: RemoteInfo): void {
    const { name, type, end } = readQuestion(message);
    const records: Buffer[] = [];
    const code = type === undefined ? CODE.fine : this.collect(name, type, records);
    const header = Buffer.from(message.subarray(0, 12));
    header.writeUInt16BE(0x8580 | code, 2); // a response, authoritative, recursion wanted and available
    header.writeUInt16BE(records.length, 6);
    header.fill(0, 8); // neither authorities nor anything additional
    this.socket.send(Buffer.concat([header, message.subarray(12, end), ...records]), client.port, client.address);
  }

  /** Adds a name's records to `into`, those behind its alias as well. */
  private collect(name: string, type: 'a' | 'aaaa', into: Buffer[]): number {
    this.queries.push(`${type} ${name}`);
    const found = this.zone[name];
    const asked = this.queries.filter((it) => it === `${type} ${name}`).length;
    const entry = Array.isArray(found) ? (found[Math.min(asked, found.length) - 1] as DnsEntry) : (found as DnsEntry);
    if (found === undefined) return CODE.absent;
    if (entry.failing) return CODE.failing;
    for (const address of entry[type] ?? []) {
      into.push(record(name, type, Buffer.from(ipaddr.parse(address).toByteArray())));
    }
    if (entry.cname === undefined) return CODE.fine;
    into.push(record(name, 'cname', encodeName(entry.cname)));
    return this.collect(entry.cname, type, into);
  }
}

function readQuestion(message: Buffer): { name: string; type: 'a' | 'aaaa' | undefined; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  const code = message.readUInt16BE(at + 1);
  const type = code === TYPES.a ? 'a' : code === TYPES.aaaa ? 'aaaa' : undefined;
  return { name: labels.join('.'), type, end: at + 5 };
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

/** One that may not be cached. */
function record(name: string, type: keyof typeof TYPES, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(TYPES[type], 0);
  fixed.writeUInt16BE(1, 2); // IN
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), fixed, data]);
}
