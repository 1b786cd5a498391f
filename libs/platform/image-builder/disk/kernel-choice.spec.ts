import { compareVersions, kernelPairs } from './kernel-choice.js';

describe('compareVersions', () => {
  it('knows numbers from texts', () => {
    const versions = ['', '0-rescue', '5.10.0-9', '5.10.0-12', '6.1.0', '6.1.0-56-cloud-amd64', '6.1.10'];
    expect([...versions].reverse().sort(compareVersions)).toEqual(versions);
  });

  it('compares numbers of any length', () => {
    expect(compareVersions(`1.${'9'.repeat(40)}`, `1.1${'0'.repeat(40)}`)).toBeLessThan(0);
    expect(compareVersions('1.007', '1.7')).toBe(0);
  });
});

describe('kernelPairs', () => {
  const first = (...names: string[]): unknown => {
    const pair = kernelPairs(names)[0];
    return pair && [pair.kernel, pair.initrd];
  };

  it('takes the newest that has an initrd of its own', () => {
    const names = [
      'vmlinuz-5.10.0-9',
      'initrd.img-5.10.0-9',
      'vmlinuz-5.10.0-12',
      'initrd.img-5.10.0-12',
      'vmlinuz-6.1',
    ];
    expect(first(...names)).toEqual(['vmlinuz-5.10.0-12', 'initrd.img-5.10.0-12']);
  });

  it.each([
    ['Debian', 'vmlinuz-6.1.0-9-amd64', 'initrd.img-6.1.0-9-amd64', 'System.map-6.1.0-9-amd64'],
    ['Debian, links', 'vmlinuz', 'initrd.img', 'vmlinuz.old', 'initrd.img.old'],
    [
      'Fedora',
      'vmlinuz-6.8.5-301.fc40.x86_64',
      'initramfs-6.8.5-301.fc40.x86_64.img',
      'initramfs-6.8.5-301.fc40.x86_64kdump.img',
    ],
    ['Alpine', 'vmlinuz-lts', 'initramfs-lts', 'config-lts'],
    ['Arch', 'vmlinuz-linux', 'initramfs-linux.img', 'initramfs-linux-fallback.img'],
    ['openSUSE', 'vmlinuz-6.4.0-150600-default', 'initrd-6.4.0-150600-default', 'vmlinux-6.4.0-150600-default.gz'],
    ['Buildroot', 'bzImage', 'initramfs.cpio.gz'],
  ])('knows the names of %s', (_, kernel, initrd, ...others) => {
    expect(first(...others, initrd, kernel)).toEqual([kernel, initrd]);
  });

  it('pairs a kernel and an initrd that are alone, whatever they are called', () => {
    expect(first('vmlinuz-6.1.0', 'initrd.img')).toEqual(['vmlinuz-6.1.0', 'initrd.img']);
  });

  it('finds nothing in other names', () => {
    expect(first('vmlinuz-6.1.0')).toBeUndefined();
    expect(first('initrd.img')).toBeUndefined();
    expect(first('vmlinuzzz', 'initrdx', 'xvmlinuz', '')).toBeUndefined();
  });
});
