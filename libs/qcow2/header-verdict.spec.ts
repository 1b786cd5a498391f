import fc from 'fast-check';
import { HOSTILE_HEADERS, HOSTILE_TABLES, tinyImage } from '../../test/fixtures/qcow2/index.js';
import { checkHeader, DEFAULT_LIMITS, HEADER_PROBE_BYTES, type HeaderVerdict } from './index.js';

function fieldOf(verdict: HeaderVerdict): string {
  return verdict.kind === 'refused' ? verdict.reason.field : verdict.kind;
}

describe('checkHeader', () => {
  it('refuses a wrong magic at the first byte that differs', () => {
    expect(fieldOf(checkHeader(Buffer.from('P')))).toBe('magic');
    expect(fieldOf(checkHeader(Buffer.from('QFI')))).toBe('undecided');
    expect(fieldOf(checkHeader(Buffer.from('QFI?')))).toBe('magic');
  });

  it('refuses a wrong version at the eighth byte', () => {
    const { bytes } = tinyImage();
    bytes.writeUInt32BE(1, 4);
    expect(checkHeader(bytes.subarray(0, 7))).toEqual({ kind: 'undecided', bytesNeeded: 8 });
    expect(fieldOf(checkHeader(bytes.subarray(0, 8)))).toBe('version');
  });

  it('refuses a backing file before the rest of the header cluster arrives', () => {
    const first = HOSTILE_HEADERS.withBackingFile.make().subarray(0, 112);
    expect(fieldOf(checkHeader(first))).toBe('backing_file_offset');
  });

  it.each(Object.entries(HOSTILE_HEADERS))('refuses an image %s by its first bytes', (_, { field, make }) => {
    expect(fieldOf(checkHeader(make().subarray(0, HEADER_PROBE_BYTES)))).toBe(field);
  });

  it.each(['withL1TablePastEnd', 'withRefcountTablePastEnd'] as const)(
    'refuses an image %s by its declared size, and leaves it to inspect without',
    (name) => {
      const bytes = HOSTILE_TABLES[name].make();
      expect(fieldOf(checkHeader(bytes, DEFAULT_LIMITS, bytes.length))).toBe(HOSTILE_TABLES[name].field);
      expect(fieldOf(checkHeader(bytes, DEFAULT_LIMITS))).toBe('plausible');
    },
  );

  it('refuses a declared size that ends within the header', () => {
    expect(fieldOf(checkHeader(Buffer.alloc(0), DEFAULT_LIMITS, 0))).toBe('header');
    expect(fieldOf(checkHeader(tinyImage().bytes.subarray(0, 60), DEFAULT_LIMITS, 60))).toBe('header');
  });

  it('refuses a virtual size over the limit', () => {
    const { bytes } = tinyImage({ virtualSizeBytes: 32_768 });
    expect(fieldOf(checkHeader(bytes, { ...DEFAULT_LIMITS, maxVirtualSizeBytes: 32_767 }))).toBe('size');
    expect(fieldOf(checkHeader(bytes, { ...DEFAULT_LIMITS, maxVirtualSizeBytes: 32_768 }))).toBe('plausible');
  });

  it('asks for no more than it needs, and decides when it has that', () => {
    const { bytes } = tinyImage({ clusterBits: 16, clusters: [{ index: 0, kind: 'data' }] });
    const asked: number[] = [];
    let verdict = checkHeader(Buffer.alloc(0));
    while (verdict.kind === 'undecided') {
      asked.push(verdict.bytesNeeded);
      verdict = checkHeader(bytes.subarray(0, verdict.bytesNeeded));
    }
    expect(asked).toEqual([4, 8, 104, 112, 65_536]);
    expect(verdict.kind).toBe('plausible');
  });

  it('refuses no prefix of a valid image', () => {
    const { bytes } = tinyImage({ bitmap: true, clusters: [{ index: 1, kind: 'compressed' }] });
    fc.assert(
      fc.property(fc.nat(bytes.length), (length) => {
        expect(checkHeader(bytes.subarray(0, length)).kind).not.toBe('refused');
      }),
    );
  });
});
