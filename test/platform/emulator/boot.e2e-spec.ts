import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Boot, type BootReport, Emulator } from '#platform/emulator';
import { QemuImg } from '#platform/qemu-img';
import { Sandbox } from '#platform/sandbox';
import { tinyImage } from '../../fixtures/qcow2/index.js';
import { bootDisk, say, uefiDisk, WAIT } from '../../support/boot-disk.js';
import { countRunning } from '../sandbox/box.js';

const sandbox = new Sandbox('bubblewrap');
const emulator = new Emulator(sandbox, new QemuImg(sandbox));

const VIRTIO_DISK = [
  ...['virtio_ring', 'virtio', 'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci'].map(
    (name) => `drivers/virtio/${name}.ko`,
  ),
  'drivers/block/virtio_blk.ko',
];

/** Lets the kernel print a thousand lines. */
const HURRY = `/bin/busybox mkdir -p /proc; /bin/busybox mount -t proc proc /proc
echo on > /proc/sys/kernel/printk_devkmsg; echo 8 > /proc/sys/kernel/printk
n=0; while [ $n -lt 1000 ]; do echo "$n of a thousand lines" > /dev/kmsg; n=$((n + 1)); done
`;

describe('booting a disk', () => {
  let dir: string;
  const lines: string[] = [];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'boot-'));
    lines.length = 0;
  });
  afterEach(async () => {
    expect(await countRunning(dir)).toBe(0);
    await rm(dir, { recursive: true });
  });

  async function boot(disk: Buffer, more: Partial<Boot> = {}): Promise<BootReport> {
    const diskPath = join(dir, 'disk.qcow2');
    await writeFile(diskPath, disk);
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
  });

  it('ends well when the system powers off, on a SATA disk too', async () => {
    const report = await boot(await bootDisk(`${say('bye\\n')}exec /bin/busybox poweroff -f\n`), { diskBus: 'sata' });
    expect(report).toMatchObject({ passed: true, endedBy: 'power-off', reason: null });
    expect(lines).toContain('bye');
  });

  it('ends well with the marker alone where there is one, and keeps the last screen as PNG', async () => {
    const report = await boot(await bootDisk(`${say('box login: \\nall is')}${say(' well')}${WAIT}`), {
      marker: 'all is well',
    });
    expect(report).toMatchObject({ passed: true, endedBy: 'marker', reason: null });
    const png = await readFile(report.screenPath ?? '');
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([720, 400]);
  });

  it('loses nothing of what the kernel says in a hurry, which waits for its serial port no longer than 10 ms', async () => {
    const report = await boot(await bootDisk(`${HURRY}${say('box login: ')}${WAIT}`), {
      // A log that is behind: it takes a line after the other.
      onLines: async (some) => {
        for (const line of some) await writeFile(join(dir, 'log'), `${line}\n`, { flag: 'a', flush: true });
      },
    });
    expect(report).toMatchObject({ passed: true, endedBy: 'login' });
    const said = [...(await consoleOf(report)).matchAll(/^\[ *[\d.]+\] (.*) of a thousand lines\r$/gm)].map(
      ([, n]) => n,
    );
    expect(said).toEqual(Array.from({ length: 1000 }, (_, n) => String(n)));
  });

  it('fails where the system powers off before the marker', async () => {
    const report = await boot(await bootDisk(`${say('bye\\n')}exec /bin/busybox poweroff -f\n`), { marker: 'hello' });
    expect(report).toMatchObject({ passed: false, endedBy: 'power-off' });
    expect(report.reason).toMatch(/^It powered off before it printed "hello"\. The end of its console:\n(.*\n)*bye/);
  });

  it('fails with the end of the console where the kernel panics', async () => {
    const report = await boot(await bootDisk(`${say('so far, so good\\n')}exit 3\n`));
    expect(report).toMatchObject({ passed: false, endedBy: 'panic' });
    expect(report.reason).toMatch(
      /^Its kernel panicked\. The end of its console:\n(.+\n)+\[.*\] ---\[ end Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000300 \]---$/,
    );
    expect(await consoleOf(report)).toMatch(/so far, so good[^]*Kernel panic - not syncing/);
  });

  it('fails where the system resets the machine', async () => {
    const report = await boot(await bootDisk('exec /bin/busybox reboot -f\n'));
    expect(report).toMatchObject({ passed: false, endedBy: 'reset' });
    expect(report.reason).toMatch(/^It reset the machine\./);
  });

  it('fails once its time is over, and says where nothing came from the console', async () => {
    const report = await boot(await bootDisk(WAIT), { timeoutMs: 10_000 });
    expect(report).toMatchObject({
      passed: false,
      endedBy: 'time-out',
      reason:
        'Within 10 s it neither printed a login prompt nor powered off. Nothing came from its serial console (a Linux system ' +
        'prints there with the kernel argument console=ttyS0); its last screen is all there is',
      screenPath: expect.any(String),
    });
    expect(await consoleOf(report)).toBe('');
  });

  it('boots by UEFI what a BIOS cannot, unless it is told to', async () => {
    const disk = await uefiDisk('echo it runs\nreset -s\n');
    expect(await boot(disk)).toMatchObject({
      passed: false,
      endedBy: 'not-bootable',
      reason: 'The firmware finds nothing to boot on it',
      screenPath: null,
    });
    expect(await boot(disk, { firmware: 'auto' })).toMatchObject({
      reason: null,
      endedBy: 'power-off',
      firmware: 'uefi',
    });
    expect(lines).toContain('it runs');
  });

  it('fails where neither BIOS nor UEFI finds anything to boot', async () => {
    const bytes = Buffer.alloc(4096, 'this is not a boot sector');
    const report = await boot(tinyImage({ clusters: [{ index: 0, kind: 'data', bytes }] }).bytes, { firmware: 'auto' });
    expect(report).toMatchObject({ passed: false, endedBy: 'not-bootable', firmware: 'uefi' });
    expect(report.reason).toMatch(/^The firmware finds nothing to boot on it\. The end of its console:\n[^]*Shell>$/);
  });

  it('writes no more to its disk than it may', async () => {
    const write = '/bin/busybox dd if=/dev/zero of=/dev/vda bs=1M count=20 seek=2 conv=fsync';
    const disk = await bootDisk(`${write} 2> /dev/ttyS0\n${WAIT}`, VIRTIO_DISK);
    const report = await boot(disk, { maxWrittenBytes: 2 ** 22, marker: 'I/O error' });
    expect(report).toMatchObject({ reason: null, endedBy: 'marker' });
    expect((await stat(join(dirname(report.consolePath), 'bios/overlay.qcow2'))).size).toBeLessThanOrEqual(2 ** 22);
  });

  it('ends at once when it is told to', async () => {
    const told = new AbortController();
    const booting = boot(await bootDisk(say('here I am\\n') + WAIT), {
      signal: told.signal,
      onLines: async (some) => {
        if (some.includes('here I am')) told.abort(new Error('enough'));
      },
    });
    await expect(booting).rejects.toThrow('enough');
  });
});
