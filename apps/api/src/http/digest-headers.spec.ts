import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { declaredSha256, reprDigest } from './digest-headers.js';

const DIGEST = createHash('sha256').update('').digest();
const HEX = DIGEST.toString('hex');
const BASE64 = DIGEST.toString('base64');
const HEX_DIGEST = /^[0-9a-f]{64}$/;

describe('declaredSha256', () => {
  it.each([
    { 'repr-digest': `sha-256=:${BASE64}:` },
    { 'repr-digest': `sha-512=:AAAA:, sha-256=:${BASE64}:` },
    { 'repr-digest': `sha-256=:${BASE64}:,md5=:AAAA:` },
    { 'x-checksum-sha256': HEX },
    { 'x-checksum-sha256': ` ${HEX.toUpperCase()} ` },
    { 'repr-digest': `sha-256=:${BASE64}:`, 'x-checksum-sha256': HEX.toUpperCase() },
  ])('finds it in %j', (headers) => {
    expect(declaredSha256(headers)).toBe(HEX);
  });

  it.each([{}, { 'repr-digest': 'sha-512=:AAAA:' }, { 'repr-digest': 'unixsum=30637' }])(
    'finds none in %j',
    (headers) => {
      expect(declaredSha256(headers)).toBeUndefined();
    },
  );

  it.each([
    { 'repr-digest': 'sha-256=:AAAA:' },
    { 'repr-digest': `sha-256=${BASE64}` },
    { 'repr-digest': `sha-256="${HEX}"` },
    { 'repr-digest': 'sha-256=::' },
    { 'x-checksum-sha256': '' },
    { 'x-checksum-sha256': HEX.slice(1) },
    { 'x-checksum-sha256': `${HEX}, ${HEX}` },
    { 'repr-digest': `sha-256=:${BASE64}:`, 'x-checksum-sha256': HEX.replace('e3', 'e4') },
  ])('gives no digest for %j, but something', (headers) => {
    expect(declaredSha256(headers)).toEqual(expect.not.stringMatching(HEX_DIGEST));
  });

  it('reads back every Repr-Digest it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex');
        expect(declaredSha256({ 'repr-digest': reprDigest(hex) })).toBe(hex);
      }),
    );
  });
});
