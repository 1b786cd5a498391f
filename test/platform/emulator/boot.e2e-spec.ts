import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Boot, type BootReport, Emulator } from '#platform/emulator';
import { QemuImg } from '#platform/qemu-img';
import { Sandbox } from '#platform/sandbox';
import { bootDisk } from '../../support/boot-disk.js';
import { countRunning } from '../sandbox/box.js';

const sandbox = new Sandbox('bubblewrap');
const emulator = new Emulator(sandbox, new QemuImg(sandbox));
const say = (text: string): string => `printf '${text}' > /dev/ttyS0\n`;
const WAIT = 'exec /bin/busybox sleep 1000\n';

describe('booting a disk', () => {
  let dir: string;
  const lines: string[] = [];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'boot-'));
    lines.length = 0;
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function boot(disk: Buffer | string, more: Partial<Boot> = {}): Promise<BootReport> {
    const diskPath = join(dir, 'disk.qcow2');
    if (typeof disk !== 'string') await writeFile(diskPath, disk);
    const folder = await mkdtemp(join(dir, 'boot-'));
    return emulator.boot({
      diskPath,
      dir: folder,
      firmware: 'bios',
      diskBus: 'virtio',
      memoryBytes: 256 * 2 ** 20,
      timeoutMs: 60_000,
      maxWrittenBytes: 2 ** 30,
      onLines: async (some) => void lines.push(...some),
      ...more,
    });
  }

  const consoleOf = ({ consolePath }: BootReport): Promise<string> => readFile(consolePath, 'utf8');

  it('ends well with a login prompt, and leaves the disk as it was', async () => {
    const disk = await bootDisk(say('\\r\\nDebian 12 box ttyS0\\r\\n\\r\\nbox login: ') + WAIT);
    const report = await boot(disk);
    expect(report).toMatchObject({ passed: true, endedBy: 'login', reason: null, firmware: 'bios' });
    expect(lines.slice(-3)).toEqual(['Debian 12 box ttyS0', '', 'box login:']);
    expect(await consoleOf(report)).toMatch(/box login: $/);
    expect((await readFile(join(dir, 'disk.qcow2'))).equals(disk)).toBe(true);
    expect(await countRunning('qemu-system-x86_64')).toBe(0);
  });

  it('keeps the last screen as PNG', async () => {
    const { screenPath } = await boot(await bootDisk(say('here') + WAIT), { marker: 'here' });
    const png = await readFile(screenPath ?? '');
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([720, 400]);
  });
});
