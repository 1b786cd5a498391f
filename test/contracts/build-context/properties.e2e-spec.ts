import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { BuildContextRefusedError } from '#platform/build-context';
import { ContextBox } from './context-box.js';
import { type TarEntry, tarOf } from './tar-bytes.js';
import { type ZipEntry, zipOf } from './zip-bytes.js';

const part = fc.constantFrom('a', 'b', 'c', 'd', 'é', 'a', 'b', '.', '..', '', 'x y', "q'\\", '-x');
const name = fc
  .tuple(
    fc.constantFrom('', '', '', '', './', '/', '../'),
    fc.array(part, { maxLength: 4 }),
    fc.constantFrom('', '', '/'),
  )
  .map(([start, parts, end]) => start + parts.join('/') + end);
const type = fc.constantFrom('0', '0', '0', '1', '2', '2', '5', '6', '\0');
const body = fc.constantFrom('', 'some bytes');

const tarEntry: fc.Arbitrary<TarEntry> = fc.record({ name, type, target: name, body });
const plain = (entry: TarEntry): TarEntry => ('056'.includes(entry.type ?? '') ? { ...entry, target: '' } : entry);
const sound = (entry: TarEntry): TarEntry => ('0\0'.includes(entry.type ?? '') ? entry : { ...entry, body: '' });

const zipEntry: fc.Arbitrary<ZipEntry> = fc
  .record({ name, body: fc.oneof(body, name), unixMode: fc.constantFrom(0, 0o100644, 0o100755, 0o120777, 0o040755) })
  .map((entry) => (entry.unixMode === 0o040755 || entry.name.endsWith('/') ? { ...entry, body: '' } : entry));

describe('whatever an archive says', () => {
  let box: ContextBox;

  beforeAll(async () => {
    box = await ContextBox.create();
  });

  afterAll(() => box.remove());

  /** The clean archive; undefined for one that was refused. Anything else fails. */
  async function clean(archive: Buffer): Promise<Buffer | undefined> {
    try {
      return await box.clean(archive);
    } catch (error) {
      if (error instanceof BuildContextRefusedError) return undefined;
      throw error;
    }
  }

  /** Unpacks below a folder of its own; each place of it must be inside. @returns their paths */
  async function unpackInside(tar: Buffer): Promise<string[]> {
    const outer = join(box.dir, 'outer');
    const inner = join(outer, 'inner');
    await mkdir(inner, { recursive: true });
    try {
      execFileSync('tar', ['-x', '-C', inner], { input: tar, stdio: ['pipe', 'ignore', 'pipe'] });
      expect(await readdir(outer)).toEqual(['inner']);
      const entries = await readdir(inner, { recursive: true, withFileTypes: true });
      const paths = entries.map((entry) => join(entry.parentPath, entry.name));
      for (const path of paths) expect(`${realPath(path) ?? inner}/`).toMatch(new RegExp(`^${realpathSync(inner)}/`));
      return paths.map((path) => path.slice(inner.length + 1)).sort();
    } finally {
      await rm(outer, { recursive: true });
    }
  }

  it('a tar that is taken unpacks inside its folder, to what was listed', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(tarEntry.map(plain).map(sound), { maxLength: 6 }), async (entries) => {
        const tar = await clean(tarOf(...entries));
        if (!tar) return;
        taken += 1;
        const listed = execFileSync('tar', ['-t', '--quoting-style=literal'], { input: tar }).toString().split('\n');
        const names = listed.filter((line) => line !== '').map((line) => line.replace(/\/$/, ''));
        expect(await unpackInside(tar)).toEqual(names.sort());
      }),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(5);
  });

  it('a zip that is taken unpacks inside its folder, to what unzip lists', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(zipEntry, { minLength: 1, maxLength: 5 }), async (entries) => {
        const archive = zipOf(entries);
        const tar = await clean(archive);
        if (!tar) return;
        taken += 1;
        await writeFile(join(box.dir, 'listed.zip'), archive);
        const listed = execFileSync('unzip', ['-Z1', join(box.dir, 'listed.zip')])
          .toString()
          .split('\n');
        const names = listed.map((line) => join('/', line).slice(1).replace(/\/$/, '')).filter((line) => line !== '');
        expect(await unpackInside(tar)).toEqual(expect.arrayContaining(names));
      }),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(5);
  });

  it('damage is refused or harmless', async () => {
    const tar = tarOf(
      { name: 'd/', type: '5' },
      { name: 'd/f', body: 'text' },
      { name: 'l', type: '2', target: 'd/f' },
    );
    const zip = zipOf([
      { name: 'd/f', body: 'text' },
      { name: 'l', body: 'd/f', unixMode: 0o120777 },
    ]);
    const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(tar, zip),
        fc.array(change, { maxLength: 4 }),
        fc.nat(600),
        async (archive, changes, missing) => {
          const damaged = Buffer.from(archive.subarray(0, archive.length - (missing % 2 === 0 ? 0 : missing)));
          for (const { at, byte } of changes) damaged[at % damaged.length] = byte;
          const taken = await clean(damaged);
          if (taken) await unpackInside(taken);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Where a path ends up; undefined for nowhere. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
