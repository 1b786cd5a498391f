import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { tinyContext } from '../../../libs/platform/image-builder/testing/tiny-context.js';
import { eventually } from '../../support/eventually.js';

const OCI = 'application/vnd.oci.image';

/** An OCI registry of its own (the package docker-registry), on this machine's loopback and without TLS. */
export class Registry {
  private constructor(
    private readonly server: ChildProcess,
    readonly host: string,
  ) {}

  /** @param dir a folder for its files; they may be there @param place the host of one before it, to come in its place */
  static async start(dir: string, place?: string): Promise<Registry> {
    const host = place ?? `127.0.0.1:${await freePort()}`;
    const file = `${dir}.json`;
    // It reads YAML, of which JSON is a part.
    const config = { version: 0.1, storage: { filesystem: { rootdirectory: dir } }, http: { addr: host } };
    await writeFile(file, JSON.stringify(config));
    const server = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
    await eventually(async () => expect((await fetch(`http://${host}/v2/`)).status).toBe(200));
    return new Registry(server, host);
  }

  /** Puts the tiny image there. @returns the digest of its manifest */
  async put(name: string, tag: string): Promise<string> {
    const layer = await buffer(tinyContext({ pulled: 'from afar\n' }));
    const facts = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } };
    const config = Buffer.from(JSON.stringify(facts));
    for (const blob of [layer, config]) await this.upload(name, blob);
    const describe = (kind: string, blob: Buffer): object => ({
      mediaType: `${OCI}.${kind}`,
      digest: digestOf(blob),
      size: blob.length,
    });
    const mediaType = `${OCI}.manifest.v1+json`;
    const parts = { config: describe('config.v1+json', config), layers: [describe('layer.v1.tar', layer)] };
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...parts }));
    const url = `http://${this.host}/v2/${name}/manifests/${tag}`;
    const answer = await fetch(url, { method: 'PUT', body: manifest, headers: { 'content-type': mediaType } });
    expect(answer.status).toBe(201);
    return digestOf(manifest);
  }

  async stop(): Promise<void> {
    const ended = once(this.server, 'exit');
    this.server.kill();
    await ended;
  }

  private async upload(name: string, blob: Buffer): Promise<void> {
    const begun = await fetch(`http://${this.host}/v2/${name}/blobs/uploads/`, { method: 'POST' });
    const place = begun.headers.get('location') ?? '';
    const headers = { 'content-type': 'application/octet-stream' };
    const body = new Uint8Array(blob);
    const answer = await fetch(`${place}&digest=${digestOf(blob)}`, { method: 'PUT', body, headers });
    expect(answer.status).toBe(201);
  }
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  server.close();
  await once(server, 'close');
  return port;
}
