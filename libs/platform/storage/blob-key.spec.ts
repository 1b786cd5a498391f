import { isBlobKey, isStagingId, newBlobKey } from './blob-key.js';

describe('newBlobKey', () => {
  it('never gives the same key twice', () => {
    const keys = new Set(Array.from({ length: 10_000 }, newBlobKey));
    expect(keys.size).toBe(10_000);
  });

  it('gives keys of the form that drivers take', () => {
    const keys = Array.from({ length: 1000 }, newBlobKey);
    expect(keys.filter((key) => !isBlobKey(key))).toEqual([]);
  });
});

describe('isBlobKey', () => {
  it.each(['', '0'.repeat(31), '0'.repeat(33), 'F'.repeat(32), 'g'.repeat(32), `${'0'.repeat(32)}\n`])(
    'refuses %j',
    (key) => {
      expect(isBlobKey(key)).toBe(false);
    },
  );
});

describe('isStagingId', () => {
  it.each(['a', '7b1e9a52-94a1-4a0e-9d54-0f6d1a3c5e77', '0'.repeat(64)])('takes %s', (id) => {
    expect(isStagingId(id)).toBe(true);
  });

  it.each(['', '-a', '.probe', 'a.b', 'a/b', 'A', '0'.repeat(65), 'a\n'])('refuses %j', (id) => {
    expect(isStagingId(id)).toBe(false);
  });
});
