import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConsoleRecord } from './console-record.js';

describe('ConsoleRecord', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'record-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function kept(chunks: readonly string[]): Promise<string> {
    const record = await ConsoleRecord.create(join(dir, 'console.txt'));
    for (const chunk of chunks) await record.add(Buffer.from(chunk));
    await record.close();
    return readFile(record.path, 'utf8');
  }

  it('keeps all of what fits', async () => {
    expect(await kept(['one\n', 'two\n', 'x'.repeat(900_000)])).toBe(`one\ntwo\n${'x'.repeat(900_000)}`);
  });

  it('keeps the beginning and the end of what is more, and says how much is missing', async () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `${String(index).padStart(999)}\n`);
    const text = await kept(lines);
    const [, dropped] = /\n\[(\d+) bytes are left out here\]\n/.exec(text) ?? [];
    expect(text.startsWith(`${lines[0]}${lines[1]}`)).toBe(true);
    expect(text.endsWith(`${lines[1_998]}${lines[1_999]}`)).toBe(true);
    expect(text.length + Number(dropped) - `\n[${dropped} bytes are left out here]\n`.length).toBe(2_000_000);
    expect(text.length).toBeLessThan(2 ** 20 + 64);
  });
});
