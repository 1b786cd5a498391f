import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ContextBox } from './context-box.js';
import { pax, tarOf } from './tar-bytes.js';
import { zipOf } from './zip-bytes.js';

const MIB = 2 ** 20;

const TREE = {
  context: '755/',
  'context/app': '750/',
  'context/app/run.sh': '755 echo hello\n',
  'context/app/empty': '644 ',
  'context/app/latest': '-> run.sh',
  'context/app/config': '-> ../etc/config',
  'context/app/again': '755 echo hello\n',
  'context/etc': '755/',
  'context/etc/config': '600 secret\n',
  [`context/etc/${'é'.repeat(110)}`]: '644 long\n',
};

/** Makes the folder that the tree above is of. */
const MAKE = `
  umask 022 && mkdir -m 750 app && mkdir etc && printf 'echo hello\\n' > app/run.sh && chmod 755 app/run.sh
  : > app/empty; ln -s run.sh app/latest; ln -s ../etc/config app/config; ln app/run.sh app/again
  printf 'secret\\n' > etc/config; chmod 600 etc/config; printf 'long\\n' > etc/${'é'.repeat(110)}`;

describe('build contexts', () => {
  let box: ContextBox;
  let folder: string;

  const sh = (script: string): Buffer => execFileSync('sh', ['-ec', script], { cwd: folder, maxBuffer: 64 * MIB });

  beforeEach(async () => {
    box = await ContextBox.create();
    folder = join(box.dir, 'folder');
    await mkdir(folder, { mode: 0o755 });
  });

  afterEach(() => box.remove());

  describe.each([
    ['tar --format=gnu', 'tar -c --format=gnu .'],
    ['tar --format=pax', 'tar -c --format=pax .'],
    ['tar --format=pax of files alone', 'find app etc -type f -o -type l | sort -r | tar -c -T -'],
    ['tar in gzip', 'tar -c . | gzip'],
    ['tar in xz', 'tar -c . | xz -0'],
    ['tar in zstd', 'tar -c . | zstd -q'],
    ['tar in bzip2', 'tar -c . | bzip2'],
  ])('%s', (_, command) => {
    it('is taken with modes, links and long names', async () => {
      sh(MAKE);
      const isWhole = !command.includes('find');
      const expected = isWhole ? TREE : { ...TREE, 'context/app': '755/' };
      expect(await box.unpack(await box.clean(sh(command)))).toEqual(expected);
    });
  });

  it('takes what old tars write, without a magic or an owner', async () => {
    sh('mkdir d && echo old > d/f');
    const archive = sh('tar -c --format=v7 .');
    expect(await box.unpack(await box.clean(archive))).toEqual({
      context: '755/',
      'context/d': '755/',
      'context/d/f': '644 old\n',
    });
  });

  it("takes what Debian's zip writes, with links and modes", async () => {
    sh(MAKE);
    const archive = sh('zip -qry ../made.zip . && cat ../made.zip');
    expect(await box.unpack(await box.clean(archive))).toEqual(TREE);
  });

  it('takes a zip that was written to a pipe, whose sizes follow the data', async () => {
    sh('echo piped > f');
    expect(await box.unpack(await box.clean(sh('zip -qr - f | cat')))).toMatchObject({ 'context/f': '644 piped\n' });
  });

  it("takes a zip as Python's zipfile writes it", async () => {
    const archive = zipOf([
      { name: 'app/', unixMode: 0o040755, method: 0 },
      { name: 'app/run.py', body: 'print()', unixMode: 0o100755 },
      { name: 'from-memory', body: 'x', unixMode: 0o600, method: 0 },
      { name: 'grüße', body: 'y', unixMode: 0o100644, flags: 0x800 },
    ]);
    expect(await box.unpack(await box.clean(archive))).toEqual({
      context: '755/',
      'context/app': '755/',
      'context/app/run.py': '755 print()',
      'context/from-memory': '600 x',
      'context/grüße': '644 y',
    });
  });

  it('gives files of a Windows zip the usual modes', async () => {
    const archive = zipOf([{ name: 'd/f.exe', body: 'x', host: 0, unixMode: 0o100777 }]);
    expect(await box.unpack(await box.clean(archive))).toEqual({
      context: '755/',
      'context/d': '755/',
      'context/d/f.exe': '644 x',
    });
  });

  it.each([
    ['zip', zipOf([])],
    ['tar', tarOf()],
  ] as const)('takes an empty %s for a context without files', async (format, archive) => {
    const context = await box.open(archive);
    expect(context).toMatchObject({ format, compression: undefined, facts: { entries: 0, bytes: 0, ignored: 0 } });
    expect(await box.unpack(await box.clean(archive))).toEqual({ context: '755/' });
  });

  it('makes everything root’s, and keeps the time of files and setuid bits', async () => {
    const archive = tarOf({ name: 'f', mode: 0o4755, mtime: 1_600_000_000 }, pax({ mtime: '1500000000.75' }), {
      name: 'g',
    });
    const listed = execFileSync('tar', ['-tv', '--numeric-owner', '--utc', '--full-time'], {
      input: await box.clean(archive),
    });
    expect(listed.toString().split('\n')).toEqual([
      '-rwsr-xr-x 0/0               0 2020-09-13 12:26:40 f',
      '-rw-r--r-- 0/0               0 2017-07-14 02:40:00 g',
      '',
    ]);
  });

  it('leaves times that no archive holds at the nearest that one does', async () => {
    const archive = tarOf(
      pax({ mtime: '-5' }),
      { name: 'before' },
      pax({ mtime: '1e30' }),
      { name: 'after' },
      pax({ mtime: 'x' }),
      { name: 'never' },
    );
    const listed = execFileSync('tar', ['-tv', '--utc', '--full-time'], { input: await box.clean(archive) }).toString();
    expect(listed.match(/\d{4}-\d\d-\d\d/g)).toEqual(['1970-01-01', '2242-03-16', '1970-01-01']);
  });

  it('makes folders that their owner can remove', async () => {
    const archive = tarOf({ name: 'd/', type: '5', mode: 0 }, { name: 'd/f' });
    expect(await box.unpack(await box.clean(archive))).toMatchObject({ 'context/d': '700/' });
  });

  it('takes a folder that is told of after what is in it', async () => {
    const archive = tarOf({ name: 'd/f', body: 'x' }, { name: 'd', type: '5', mode: 0o2750 });
    expect(await box.unpack(await box.clean(archive))).toMatchObject({ 'context/d': '2750/', 'context/d/f': '644 x' });
  });

  it('takes links that stay inside, lead nowhere, or to themselves', async () => {
    const links = { 'a/up': '../b/../c', 'a/none': 'x/../y', loop: 'pool', pool: 'loop', here: '.', 'a/top': '..' };
    const archive = tarOf(...Object.entries(links).map(([name, target]) => ({ name, target, type: '2' })));
    const expected = Object.entries(links).map(([name, target]) => [`context/${name}`, `-> ${target}`] as const);
    expect(await box.unpack(await box.clean(archive))).toMatchObject(Object.fromEntries(expected));
  });

  it('takes names that differ in case alone, and a Dockerfile as any file', async () => {
    const archive = tarOf({ name: 'Dockerfile', body: 'FROM other' }, { name: 'dockerfile' }, { name: 'a\\b' });
    expect(Object.keys(await box.unpack(await box.clean(archive))).sort()).toEqual([
      'context',
      'context/Dockerfile',
      'context/a\\b',
      'context/dockerfile',
    ]);
  });

  it("leaves git's note of the commit out", async () => {
    sh(
      'git init -q . && git config user.email a@b.c && git config user.name n && echo x > f && git add . && git commit -qm m',
    );
    const clean = await box.clean(sh('git archive --format=tar HEAD'));
    expect(await box.unpack(clean)).toEqual({ context: '755/', 'context/f': '664 x\n' });
    expect(clean.includes('comment=')).toBe(false);
  });

  it('tells what it is made of', async () => {
    const archive = tarOf(
      { name: '.dockerignore', body: 'd' },
      { name: 'a/b', body: 'four' },
      { name: 'd/e', body: 'x' },
      { name: 'd/f' },
    );
    expect(await box.open(archive)).toMatchObject({ format: 'tar', facts: { entries: 3, bytes: 5, ignored: 2 } });
  });

  it('can be read twice, to the same bytes', async () => {
    sh(MAKE);
    const archive = sh('tar -cz .');
    expect((await box.clean(archive)).equals(await box.clean(archive))).toBe(true);
  });

  it('notices a file that changed after it was judged', async () => {
    const context = await box.open(tarOf({ name: 'f', body: 'x' }));
    await writeFile(join(box.dir, 'archive'), tarOf({ name: 'f', type: '2', target: '/etc' }));
    await expect(buffer(context.tar())).rejects.toThrow('f: has changed meanwhile');
    await writeFile(join(box.dir, 'archive'), tarOf({ name: 'g', body: 'x' }));
    await expect(buffer(context.tar())).rejects.toThrow('g: has changed meanwhile');
    await writeFile(join(box.dir, 'archive'), tarOf());
    await expect(buffer(context.tar())).rejects.toThrow('the archive has changed meanwhile');
  });

  it('ends what it reads when nobody reads on', async () => {
    const context = await box.open(tarOf({ name: 'f', body: Buffer.alloc(4 * MIB) }));
    for await (const piece of context.tar()) if (piece.length > 0) break;
    await rm(join(box.dir, 'archive'));
    await expect(buffer(context.tar())).rejects.toThrow('ENOENT');
  });
});
