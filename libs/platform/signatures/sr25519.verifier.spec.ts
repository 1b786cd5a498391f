import { randomBytes } from 'node:crypto';
import { getPublicKey, secretFromSeed, sign } from '@scure/sr25519';
import { Sr25519Verifier } from './sr25519.verifier.js';

const PUBLIC_KEY = Buffer.from('50780547322a1ceba67ea8c552c9bc6c686f8698ac9a8cafab7cd15a1db19859', 'hex');
const MESSAGE = '5DtDLm5rQHShDqojQpsvcN8tRXHVFaecfDoRet1SU6BFD9Fi:1700000000:images';
const SIGNATURE = Buffer.from(
  '26e3f203d39bf245aed8a874b13786f54cdca4654d04bcdae0ef2bfb4f73797d5e65acdaae70b01d1620860914873792addf5ccb3e53a2283bce781545b13a8c',
  'hex',
);
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

describe('the verifier of sr25519 signatures', () => {
  const verifier = new Sr25519Verifier();
  afterAll(() => verifier.onModuleDestroy());

  const secret = secretFromSeed(Buffer.alloc(32, 0x11));
  const forge = (change: (signature: Buffer) => void): Buffer => {
    const copy = Buffer.from(SIGNATURE);
    change(copy);
    return copy;
  };

  it('knows the signature that is known for a key', async () => {
    expect(Buffer.from(getPublicKey(secret))).toEqual(PUBLIC_KEY);
    expect(await verifier.verify(MESSAGE, SIGNATURE, PUBLIC_KEY)).toBe(true);
  });

  it('takes every signature of the key, each of which differs', async () => {
    const [one, two] = [sign(secret, Buffer.from('ä')), sign(secret, Buffer.from('ä'))];
    expect(one).not.toEqual(two);
    expect(await Promise.all([one, two].map((each) => verifier.verify('ä', each, PUBLIC_KEY)))).toEqual([true, true]);
  });

  it('takes no second form of a signature: its scalar with the order added is none', async () => {
    const scalar = BigInt(`0x${Buffer.from(SIGNATURE.subarray(32)).reverse().toString('hex')}`) - 2n ** 255n;
    const larger = Buffer.from((scalar + ORDER + 2n ** 255n).toString(16).padStart(64, '0'), 'hex').reverse();
    const second = Buffer.concat([SIGNATURE.subarray(0, 32), larger]);
    expect(await verifier.verify(MESSAGE, second, PUBLIC_KEY)).toBe(false);
  });

  it.each([
    ['another message', MESSAGE.replace('images', 'chutes'), SIGNATURE, PUBLIC_KEY],
    ['another key', MESSAGE, SIGNATURE, Buffer.from(getPublicKey(secretFromSeed(Buffer.alloc(32, 0x12))))],
    ['no marker', MESSAGE, forge((bytes) => bytes.writeUInt8((bytes[63] ?? 0) & 0x7f, 63)), PUBLIC_KEY],
    ['a point that is none', MESSAGE, forge((bytes) => bytes.fill(0xff, 0, 32)), PUBLIC_KEY],
    ['zeros', MESSAGE, Buffer.alloc(64), PUBLIC_KEY],
    ['63 bytes', MESSAGE, SIGNATURE.subarray(1), PUBLIC_KEY],
    ['a key that is no point', MESSAGE, SIGNATURE, Buffer.alloc(32, 0xff)],
    ['a key that is the identity', MESSAGE, SIGNATURE, Buffer.alloc(32)],
  ])('refuses %s', async (_, message, signature, publicKey) => {
    expect(await verifier.verify(message, signature, publicKey)).toBe(false);
  });

  it('refuses a flood for one key, and goes on with another', async () => {
    const flood = Array.from({ length: 70 }, () => verifier.verify(MESSAGE, randomBytes(64), PUBLIC_KEY));
    const other = secretFromSeed(Buffer.alloc(32, 0x13));
    const honest = verifier.verify('x', sign(other, Buffer.from('x')), getPublicKey(other));
    const ends = await Promise.allSettled(flood);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(64);
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(6);
    expect(await honest).toBe(true);
  });

  it('fails what waits when it is ended, and starts anew when it is asked again', async () => {
    const waiting = verifier.verify(MESSAGE, SIGNATURE, PUBLIC_KEY);
    await verifier.onModuleDestroy();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    expect(await verifier.verify(MESSAGE, SIGNATURE, PUBLIC_KEY)).toBe(true);
  });
});
