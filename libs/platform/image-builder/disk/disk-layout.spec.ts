import { DiskIdentity } from './disk-identity.js';
import { layoutAround, layoutWithin } from './disk-layout.js';
import { partitionTable, rootPartitionId } from './partition-table.js';
import { MIB } from './sizes.js';

const identity = new DiskIdentity('seed');

describe('a layout', () => {
  it.each([
    ['gpt', 34 * MIB, 100 * MIB, 136 * MIB, 35 * MIB],
    ['mbr', 34 * MIB, 100 * MIB, 135 * MIB, 35 * MIB],
    ['gpt', 0, 100 * MIB, 102 * MIB, MIB],
    ['none', 0, 100 * MIB, 100 * MIB, 0],
  ] as const)(
    'with %s and %d bytes to boot from leaves room for the table',
    (partitioning, boot, root, size, start) => {
      const layout = layoutAround(partitioning, boot, root);
      expect(layout).toEqual({
        sizeBytes: size,
        ...(boot > 0 && { boot: { startBytes: MIB, sizeBytes: boot } }),
        root: { startBytes: start, sizeBytes: root },
      });
      expect(layoutWithin(partitioning, boot, size)).toEqual(layout);
    },
  );
});

describe('a partition table', () => {
  const layout = layoutAround('gpt', 34 * MIB, 100 * MIB);

  it('of GPT marks the boot partition for firmware of both kinds', () => {
    const table = partitionTable(layout, { partitioning: 'gpt', architecture: 'x86_64', identity, isEsp: true });
    expect(table.split('\n')).toEqual([
      'unit: sectors',
      'label: gpt',
      'label-id: f751a05f-eabb-8648-85c1-aba509a4b505',
      '',
      `start=2048, size=69632, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=${identity.uuid('boot')}, name="boot", attrs="LegacyBIOSBootable"`,
      `start=71680, size=204800, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=${identity.uuid('root')}, name="root"`,
      '',
    ]);
    expect(rootPartitionId('gpt', identity)).toBe(identity.uuid('root'));
  });

  it('of an MBR marks the boot partition as active', () => {
    const table = partitionTable(layout, { partitioning: 'mbr', architecture: 'x86_64', identity, isEsp: false });
    expect(table.split('\n')).toEqual([
      'unit: sectors',
      'label: dos',
      'label-id: 0xf751a05f',
      '',
      'start=2048, size=69632, type=c, bootable',
      'start=71680, size=204800, type=83',
      '',
    ]);
    expect(rootPartitionId('mbr', identity)).toBe('f751a05f-02');
  });
});
