import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl';
import { buildParts, chutesForm } from './chutes-client.js';
import { zipOf } from './zip.js';

describe('the client that follows the SDK', () => {
  it('writes forms as the SDK does: the type of each part before its name', () => {
    const form = chutesForm(buildParts({ username: 'bob', build_context: Buffer.from('PK') }), 'boundary').toString();
    expect(form.split('\r\n').slice(0, 5)).toEqual([
      '--boundary',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Disposition: form-data; name="username"',
      '',
      'bob',
    ]);
    expect(form.split('\r\n').slice(-7)).toEqual([
      '--boundary',
      'Content-Type: application/zip',
      'Content-Disposition: form-data; name="build_context"; filename="chute.zip"',
      '',
      'PK',
      '--boundary--',
      '',
    ]);
  });

  it('writes archives that others read', async () => {
    const files = { 'app.py': 'print("hello")\n'.repeat(100), 'dir/ü.txt': '' };
    const zip = zipOf(...Object.entries(files).map(([name, content]) => ({ name, content })));
    expect(await unzipped(zip)).toEqual(files);
  });
});

async function unzipped(zip: Buffer): Promise<Record<string, string>> {
  const open = promisify<Buffer, Options, ZipFile>(fromBuffer);
  const archive = await open(zip, { lazyEntries: false, autoClose: false });
  const entries: Entry[] = [];
  await new Promise((resolve) => archive.on('entry', (entry: Entry) => entries.push(entry)).once('end', resolve));
  const found: Record<string, string> = {};
  for (const entry of entries) {
    const stream = await promisify(archive.openReadStream.bind(archive) as OpenEntry)(entry);
    found[entry.fileName] = await text(stream);
  }
  return found;
}

type OpenEntry = (entry: Entry, done: (error: Error | null, stream: NodeJS.ReadableStream) => void) => void;
