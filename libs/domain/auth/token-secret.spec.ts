import { canBeTokenSecret, hashTokenSecret, newTokenSecret } from './token-secret.js';

describe('token secret', () => {
  it('has a recognisable prefix and 256 bits that differ each time', () => {
    const [one, other] = [newTokenSecret(), newTokenSecret()];
    expect(one).toMatch(/^dyt_[0-9A-Za-z]{49}$/);
    expect(one).not.toBe(other);
    expect(canBeTokenSecret(one)).toBe(true);
  });

  it('is refused without a look-up when a single character is wrong', () => {
    const secret = newTokenSecret();
    const changed = secret.slice(0, 10) + (secret[10] === 'a' ? 'b' : 'a') + secret.slice(11);
    expect(canBeTokenSecret(changed)).toBe(false);
    expect(canBeTokenSecret(secret.slice(0, -1))).toBe(false);
  });

  it('lets an operator’s own admin token through to the look-up', () => {
    expect(canBeTokenSecret('some-secret-of-an-operator')).toBe(true);
  });

  it('is stored as 32 bytes that do not contain it', () => {
    expect(hashTokenSecret('x')).toHaveLength(32);
  });
});
