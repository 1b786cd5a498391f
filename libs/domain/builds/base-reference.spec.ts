import { readReference } from './base-reference.js';

describe('readReference', () => {
  it.each([
    ['alice/base:1.0', 'own', ''],
    ['alice/base', 'own', ''],
    ['alice/team/base:1.0', 'own', ''],
    ['debian:12', 'foreign', 'docker.io'],
    ['debian', 'foreign', 'docker.io'],
    ['docker.io/library/debian:12', 'foreign', 'docker.io'],
    ['localhost/x:1', 'foreign', 'localhost'],
    ['registry.example.com:5000/team/x@sha256:abc', 'foreign', 'registry.example.com:5000'],
    ['127.0.0.1:5000/x', 'foreign', '127.0.0.1:5000'],
  ])('takes %s for %s', (name, kind, registry) => {
    expect(readReference(name)).toEqual({ kind, name, registry });
  });
});
