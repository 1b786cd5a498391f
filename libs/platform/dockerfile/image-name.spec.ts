import { parseImageName } from './image-name.js';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('names of images', () => {
  it.each([
    ['debian', { host: null, path: 'debian', tag: null, digest: null }],
    ['debian:12', { host: null, path: 'debian', tag: '12', digest: null }],
    ['owner/name', { host: null, path: 'owner/name', tag: null, digest: null }],
    ['owner/ns/deep/name:tag', { host: null, path: 'owner/ns/deep/name', tag: 'tag', digest: null }],
    ['localhost/name', { host: 'localhost', path: 'name', tag: null, digest: null }],
    ['host:5000/path/name:tag', { host: 'host:5000', path: 'path/name', tag: 'tag', digest: null }],
    ['ghcr.io/a/b', { host: 'ghcr.io', path: 'a/b', tag: null, digest: null }],
    [`debian:12@${DIGEST}`, { host: null, path: 'debian', tag: '12', digest: DIGEST }],
    [`a.b/c@${DIGEST}`, { host: 'a.b', path: 'c', tag: null, digest: DIGEST }],
    ['docker:24', { host: null, path: 'docker', tag: '24', digest: null }],
    ['Cafe/X_1--y', { host: null, path: 'Cafe/X_1--y', tag: null, digest: null }],
  ])('reads %s', (text, expected) => {
    expect(parseImageName(text)).toEqual({ text, ...expected });
  });

  it.each([
    ...[
      '',
      '/a',
      'a/',
      'a//b',
      'a:',
      'a:b:c',
      ':a',
      '../a',
      'a/../b',
      '.a',
      '-a',
      'a b',
      'a:b/c:d/e',
      `a:${'x'.repeat(129)}`,
    ],
    ...['docker://a', 'http://a/b', 'oci:a', 'dir:x', 'docker-archive:x.tar', 'containers-storage:a', '@sha256:0'],
    ...['a@sha256:0', `a@${DIGEST}@${DIGEST}`, 'a@md5:0', 'f'.repeat(64), '0123456789ab', 'é/a', 'a'.repeat(4097)],
  ])('does not take %s', (text) => {
    expect(parseImageName(text)).toBeUndefined();
  });
});
