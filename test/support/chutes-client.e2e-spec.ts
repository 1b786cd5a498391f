import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { verify } from '@scure/sr25519';
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl';
import { buildParts, chutesForm } from './chutes-client.js';
import { ChutesSigner } from './chutes-signer.js';
import { zipOf } from './zip.js';

const PUBLIC_KEY = Buffer.from('50780547322a1ceba67ea8c552c9bc6c686f8698ac9a8cafab7cd15a1db19859', 'hex');

describe('the client that follows the SDK', () => {
  const signer = new ChutesSigner(Buffer.alloc(32, 0x11));

  it('has the address that a seed is known to give', () => {
    expect(signer.hotkey).toBe('5DtDLm5rQHShDqojQpsvcN8tRXHVFaecfDoRet1SU6BFD9Fi');
  });

  it.each([
    ['the purpose', undefined, 'images'],
    ['the digest of the body', Buffer.from('body'), createHash('sha256').update('body').digest('hex')],
  ])('signs %s, never twice alike', (_, body, about) => {
    const [one, other] = [signer.headers(body, 1_700_000_000_000), signer.headers(body, 1_700_000_000_000)];
    const message = Buffer.from(`${signer.hotkey}:1700000000:${about}`);
    for (const headers of [one, other]) {
      expect(headers).toMatchObject({ 'X-Chutes-Hotkey': signer.hotkey, 'X-Chutes-Nonce': '1700000000' });
      expect(verify(message, Buffer.from(headers['X-Chutes-Signature'] ?? '', 'hex'), PUBLIC_KEY)).toBe(true);
    }
    expect(one['X-Chutes-Signature']).not.toBe(other['X-Chutes-Signature']);
  });

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
