import { allows, type ApiKeyLimit, neededScopes, scopesOfLimits } from './api-key.policy.js';

const IMAGE = 'ff1ac278-f85f-5aff-af56-0ed86b18891e';
const OTHER = 'e5b96373-8ff7-53ab-bf14-ad0b48a29c3d';

const anyRead: ApiKeyLimit = { action: 'read', objectId: null };
const oneRead: ApiKeyLimit = { action: 'read', objectId: IMAGE };
const oneAll: ApiKeyLimit = { action: null, objectId: IMAGE };

describe('an API key', () => {
  it.each([
    ['an admin’s, for all', null, { action: 'delete', objectId: OTHER }, true],
    ['an admin’s, for lists', null, { action: 'read' }, true],
    ['its action, on an image', [anyRead], { action: 'read', objectId: OTHER }, true],
    ['its action, on lists and logs', [anyRead], { action: 'read' }, true],
    ['not another action', [anyRead], { action: 'delete', objectId: IMAGE }, false],
    ['its image', [oneRead], { action: 'read', objectId: IMAGE }, true],
    ['not another image', [oneRead], { action: 'read', objectId: OTHER }, false],
    ['not another action on its image', [oneRead], { action: 'delete', objectId: IMAGE }, false],
    ['no list and no log where it is for one image', [oneAll], { action: 'read' }, false],
    ['nothing new where it is for one image', [oneAll], { action: 'write' }, false],
    ['any action where it names none', [oneAll], { action: 'delete', objectId: IMAGE }, true],
    ['what any one of its limits allows', [oneRead, { action: 'write', objectId: null }], { action: 'write' }, true],
    ['nothing without a limit', [], { action: 'read', objectId: IMAGE }, false],
  ] as const)('is good for %s', (_, limits, use, allowed) => {
    expect(allows(limits, use)).toBe(allowed);
  });

  it('has the scopes of its actions, each once, and cannot do without the first of each', () => {
    expect(scopesOfLimits([anyRead, oneRead])).toEqual(['image:read', 'operation:read']);
    expect(neededScopes([anyRead, oneRead])).toEqual(['image:read']);
    const all = ['image:read', 'operation:read', 'image:build', 'image:write', 'image:delete'];
    expect([scopesOfLimits(null), scopesOfLimits([oneAll])]).toEqual([all, all]);
    expect(neededScopes([oneAll])).toEqual(['image:read', 'image:build', 'image:delete']);
  });
});
