import { readDiskOptions } from './disk-options.js';

const DEFAULTS = { filesystem: 'ext4', partitioning: 'gpt', architecture: 'x86_64' };
const MIB = 2 ** 20;

describe('readDiskOptions', () => {
  it('makes an ext4 behind a GPT for x86_64 of nothing', () => {
    expect(readDiskOptions(undefined)).toEqual({ options: DEFAULTS });
    expect(readDiskOptions({})).toEqual({ options: DEFAULTS });
  });

  it('takes all that can be asked for', () => {
    const raw = {
      size_bytes: 2 ** 30,
      filesystem: 'squashfs',
      partitioning: 'mbr',
      kernel_arguments: 'quiet a.b=$c;d#{e}',
      hostname: 'box-1.example.org',
      architecture: 'aarch64',
    };
    const { size_bytes: sizeBytes, kernel_arguments: kernelArguments, ...same } = raw;
    expect(readDiskOptions(raw)).toEqual({ options: { ...same, sizeBytes, kernelArguments } });
  });

  it.each([null, [], 'ext4', 7, true])('refuses %j for options', (raw) => {
    expect(readDiskOptions(raw)).toEqual({ problems: { build: ['build must be a JSON object'] } });
  });

  it('names every unknown option and what there is', () => {
    expect(readDiskOptions({ size: 1, __proto__: {}, 'file\nsystem': 'ext4' })).toEqual({
      problems: Object.fromEntries(
        ['size', 'file\nsystem'].map((key) => [
          key,
          [
            `${key} is no option; there are: filesystem, partitioning, architecture, size_bytes, hostname, kernel_arguments`,
          ],
        ]),
      ),
    });
  });

  it('tells everything that is wrong at once', () => {
    const raw = {
      filesystem: 'btrfs',
      partitioning: 1,
      architecture: null,
      size_bytes: '1GiB',
      hostname: '',
      extra: 1,
    };
    const { problems = {} } = readDiskOptions(raw);
    expect(Object.keys(problems).sort()).toEqual(Object.keys(raw).sort());
    expect(problems.filesystem).toEqual(['filesystem must be one of ext4, squashfs, xfs']);
  });

  it.each([0, -MIB, 7 * MIB, 8 * MIB + 1, 10.5, 2 ** 43 + MIB, Number.NaN, Infinity, '8388608', [8 * MIB]])(
    'refuses %p for a size',
    (size) => {
      expect(Object.keys(readDiskOptions({ size_bytes: size }).problems ?? {})).toEqual(['size_bytes']);
    },
  );

  it('takes 2 TiB at most with an MBR', () => {
    expect(readDiskOptions({ partitioning: 'mbr', size_bytes: 2 ** 41 }).problems).toBeUndefined();
    expect(readDiskOptions({ partitioning: 'mbr', size_bytes: 2 ** 41 + MIB }).problems).toEqual({
      size_bytes: ['size_bytes must be at most 2199023255552 with an mbr; use gpt'],
    });
    expect(readDiskOptions({ partitioning: 'gpt', size_bytes: 2 ** 43 }).problems).toBeUndefined();
  });

  it.each(['a', '3com', 'xn--bcher-kva', 'a.b.c', 'a'.repeat(63)])('takes %p for a host name', (hostname) => {
    expect(readDiskOptions({ hostname }).problems).toBeUndefined();
  });

  it.each([
    '-a',
    'a-',
    'a..b',
    '.a',
    'a.',
    'a_b',
    'a b',
    'a\n',
    'ä',
    '$(id)',
    "a'b",
    'a'.repeat(64),
    `${'a.'.repeat(32)}b`,
  ])('refuses %j for a host name', (hostname) => {
    expect(Object.keys(readDiskOptions({ hostname }).problems ?? {})).toEqual(['hostname']);
  });

  it.each(['a\nLABEL x', 'a\rb', 'a\0b', 'a\tb', '\x1b[2J', 'a"b', "a'b", 'a\\b', 'ä', 'a\x7f', 'a'.repeat(1025), 1])(
    'refuses %j for kernel arguments',
    (words) => {
      expect(Object.keys(readDiskOptions({ kernel_arguments: words }).problems ?? {})).toEqual(['kernel_arguments']);
    },
  );

  it('refuses kernel arguments that nothing would read', () => {
    expect(readDiskOptions({ partitioning: 'none', kernel_arguments: 'quiet' }).problems).toEqual({
      kernel_arguments: ['kernel_arguments reach no kernel without a boot partition; use gpt or mbr'],
    });
  });
});
