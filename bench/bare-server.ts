/**
 * What the server is measured against: the same bytes and the same JSON on plain `node:http`, nothing around them.
 * `POST /` keeps the body as a file (written, hashed in this thread, on stable storage before the answer), `GET /file`
 * sends a file, `PUT /json` sets what `GET /json` answers. Run as a program of its own with the folder as its argument.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, statSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const file = join(process.argv[2] ?? '.', 'bare.bin');
let json = Buffer.from('{}');

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256');
  const fd = openSync(file, 'w');
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    writeSync(fd, chunk);
  }
  fsyncSync(fd);
  closeSync(fd);
  response.writeHead(201).end(hash.digest('hex'));
}

function send(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Length': statSync(file).size });
  createReadStream(file).pipe(response);
}

async function keepJson(request: IncomingMessage, response: ServerResponse): Promise<void> {
  json = Buffer.concat(await request.toArray());
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  if (request.method === 'POST') void receive(request, response);
  else if (request.method === 'PUT') void keepJson(request, response);
  else if (request.url === '/file') send(response);
  else response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': json.length }).end(json);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`Bare listens on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
