import type { TreeEntry } from './tree-entry.js';
import { type Lookup, TreePaths } from './tree-paths.js';

/** A tree by its paths: a text is where a link leads, `true` is a folder, a number is a file of that size. */
type Tree = Readonly<Record<string, string | boolean | number>>;

function lookupIn(tree: Tree, asked: string[][] = []): Lookup {
  return async (paths) => {
    asked.push([...paths]);
    return paths.flatMap((path): TreeEntry[] => {
      const what = tree[path];
      if (what === undefined) return [];
      if (typeof what === 'string') return [{ path, kind: 'l', sizeBytes: what.length, target: what }];
      return [{ path, kind: typeof what === 'boolean' ? 'd' : 'f', sizeBytes: Number(what), target: '' }];
    });
  };
}

const resolve = async (tree: Tree, path: string): Promise<string | undefined> =>
  (await new TreePaths(lookupIn(tree)).resolve(path))?.path;

describe('TreePaths', () => {
  it('follows links of files and of folders', async () => {
    const tree = {
      boot: 'usr/boot',
      usr: true,
      'usr/boot': true,
      'usr/boot/vmlinuz': '../k/6.1',
      'usr/k': true,
      'usr/k/6.1': 7,
    };
    expect(await resolve(tree, 'boot/vmlinuz')).toBe('usr/k/6.1');
    expect(await resolve(tree, '/boot/./vmlinuz')).toBe('usr/k/6.1');
  });

  it('takes the root of the tree for the root', async () => {
    const tree = { boot: true, 'boot/a': '/etc/passwd', 'boot/b': '../../../etc/passwd', etc: true, 'etc/passwd': 9 };
    expect(await resolve(tree, 'boot/a')).toBe('etc/passwd');
    expect(await resolve(tree, 'boot/b')).toBe('etc/passwd');
    expect(await resolve({ boot: '/' }, 'boot')).toBe('');
    expect(await resolve({ boot: '/work/..' }, 'boot')).toBeUndefined();
  });

  it.each([
    ['nothing', {}, 'boot/vmlinuz'],
    ['a link that leads nowhere', { a: 'b' }, 'a'],
    ['a link to itself', { a: 'a' }, 'a'],
    ['links in a circle', { a: 'b', b: 'a' }, 'a/x'],
    ['a file that would have to be a folder', { a: 7, 'a/b': 7 }, 'a/b'],
    ['the folder above a missing one', { b: 7 }, 'a/../b'],
  ])('finds nothing at %s', async (_, tree: Tree, path) => {
    expect(await resolve(tree, path)).toBeUndefined();
  });

  it('believes nothing that was seen behind a link', async () => {
    // Who asks the system for `a/b` gets to where the link leads outside the tree.
    expect(await resolve({ a: '/elsewhere', 'a/b': 7 }, 'a/b')).toBeUndefined();
  });

  it('asks once for a way without links', async () => {
    const asked: string[][] = [];
    const paths = new TreePaths(lookupIn({ a: true, 'a/b': true, 'a/b/c': 7 }, asked));
    expect((await paths.resolve('a/b/c'))?.sizeBytes).toBe(7);
    expect((await paths.resolve('a/b'))?.kind).toBe('d');
    expect(asked).toEqual([['a', 'a/b', 'a/b/c']]);
  });
});
