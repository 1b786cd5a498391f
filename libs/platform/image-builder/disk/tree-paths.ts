import type { TreeEntry } from './tree-entry.js';

/** As many as Linux follows. */
const MAX_LINKS = 40;

/** Tells of each path what is there, links not followed; what is not there is left out. */
export type Lookup = (paths: readonly string[]) => Promise<readonly TreeEntry[]>;

/**
 * Follows paths as a program would whose root is the tree's: an absolute link begins at the tree's root, `..` does not
 * leave it. The tree is a stranger's, and who follows its links otherwise gets to files of ours.
 */
export class TreePaths {
  private readonly known = new Map<string, TreeEntry | undefined>();

  constructor(private readonly lookup: Lookup) {}

  /** What is at the end of a path, links followed; undefined where that leads nowhere. */
  async resolve(path: string): Promise<TreeEntry | undefined> {
    let done: string[] = [];
    let ahead = path.split('/');
    let last: TreeEntry = { path: '', kind: 'd', sizeBytes: 0, target: '' };
    for (let links = 0; ahead.length > 0;) {
      const [step = '', ...rest] = ahead;
      ahead = rest;
      if (step === '' || step === '.') continue;
      const entry = step === '..' ? await this.above(done) : await this.entry(done, step, rest);
      if (!entry) return undefined;
      if (entry.kind === 'l') {
        if (++links > MAX_LINKS) return undefined;
        if (entry.target.startsWith('/')) done = [];
        ahead = [...entry.target.split('/'), ...rest];
        continue;
      }
      if (entry.kind !== 'd' && rest.length > 0) return undefined;
      done = entry.path === '' ? [] : entry.path.split('/');
      last = entry;
    }
    return done.length === 0 ? { ...last, path: '', kind: 'd' } : last;
  }

  private above(done: readonly string[]): Promise<TreeEntry | undefined> {
    const folder = done.slice(0, -1);
    if (folder.length === 0) return Promise.resolve({ path: '', kind: 'd', sizeBytes: 0, target: '' });
    return this.entry(folder.slice(0, -1), folder.at(-1) ?? '', []);
  }

  /** Asks for the way ahead too: most of it is no link, and each question costs the start of a program. */
  private async entry(done: readonly string[], step: string, rest: readonly string[]): Promise<TreeEntry | undefined> {
    const way = [...done, step].join('/');
    if (!this.known.has(way)) {
      const ahead = rest.map((_, index) => [way, ...rest.slice(0, index + 1)].join('/'));
      const paths = [way, ...ahead];
      this.know(paths, await this.lookup(paths));
    }
    return this.known.get(way);
  }

  /** Notes the answer to a question that was asked elsewhere. */
  know(paths: readonly string[], entries: readonly TreeEntry[]): void {
    const found = new Map(entries.map((entry) => [entry.path, entry]));
    for (const path of paths) this.known.set(path, found.get(path));
  }
}
