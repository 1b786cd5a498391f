import { DiskIdentity } from './disk-identity.js';

describe('DiskIdentity', () => {
  const identity = new DiskIdentity('seed');

  it('makes UUIDs of version 8', () => {
    for (const part of ['disk', 'root', 'boot']) {
      expect(identity.uuid(part)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('always says the same of one seed', () => {
    expect(new DiskIdentity('seed').uuid('disk')).toBe(identity.uuid('disk'));
    expect(identity.uuid('disk')).toBe('f751a05f-eabb-8648-85c1-aba509a4b505');
    expect(identity.word('disk')).toBe('f751a05f');
  });

  it('says something else of every part and every seed', () => {
    const all = ['seed', 'seed:', 'see'].flatMap((seed) =>
      ['d:disk', ':disk', 'disk'].map((part) => new DiskIdentity(seed).uuid(part)),
    );
    expect(new Set(all).size).toBe(all.length);
  });
});
