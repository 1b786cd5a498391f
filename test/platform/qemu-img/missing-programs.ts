/** A process of its own, run where programs are missing: prints what is answered to those who need them, line by line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decompressor } from '#platform/decompression';
import { QemuImg } from '#platform/qemu-img';
import { Sandbox } from '#platform/sandbox';

const sandbox = new Sandbox('bubblewrap');
const converter = new QemuImg(sandbox);
const dir = await mkdtemp(join(tmpdir(), 'missing-'));
const inputPath = join(dir, 'disk');
await writeFile(inputPath, Buffer.alloc(512));

function tell(answer: unknown): void {
  process.stdout.write(`${answer instanceof Error ? `${answer.name}: ${answer.message}` : String(answer)}\n`);
}

async function unpack(kind: 'xz' | 'bz2', head: string): Promise<void> {
  const packed = (async function* () {
    yield Buffer.from(head, 'hex');
  })();
  for await (const piece of new Decompressor(sandbox).decompress(kind, packed, { maxBytes: 1 })) tell(piece);
}

tell(await converter.isAvailable());
const limits = { cpuSeconds: 5, wallMs: 5000, fileBytes: 2 ** 20 };
const formats = { inputFormat: 'raw', outputFormat: 'qcow2' } as const;
await converter.convert({ inputPath, outputPath: join(dir, 'result'), limits, ...formats }).catch(tell);
await unpack('xz', 'fd377a585a00').catch(tell);
await unpack('bz2', '425a68393141').catch(tell);
await rm(dir, { recursive: true });
