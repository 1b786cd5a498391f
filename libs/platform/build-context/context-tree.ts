import type { ArchiveEntry, EntryKind } from './archive-entry.js';
import { printable, refuse } from './build-context.errors.js';
import { ContextNode } from './context-node.js';
import { MAX_NAMES_BYTES } from './context-limits.js';
import { parsePath } from './entry-path.js';

const WORDS: Readonly<Record<EntryKind, string>> = {
  file: 'a file',
  directory: 'a folder',
  symlink: 'a symbolic link',
  hardlink: 'a hard link',
  special: 'a special file',
};

/** The names of a context, each there once, and each below folders only: nothing is written through a link. */
export class ContextTree {
  readonly root = new ContextNode(undefined, '');
  private namesBytes = 0;
  private tellings = 0;

  /** How many entries were added. */
  get entries(): number {
    return this.tellings;
  }

  /** @returns the place of the entry, or undefined for the context itself. @throws BuildContextRefusedError */
  add(entry: ArchiveEntry): ContextNode | undefined {
    const { name, kind, target } = entry;
    const path = parsePath(name);
    this.namesBytes += Buffer.byteLength(name) + Buffer.byteLength(target);
    if (this.namesBytes > MAX_NAMES_BYTES) refuse(null, `has names of more than ${MAX_NAMES_BYTES} bytes together`);
    this.tellings += 1;
    const node = this.walk(name, path);
    if (node === this.root) return kind === 'directory' ? undefined : refuse(name, 'an entry has an empty name');
    if (node.isTold) refuse(name, 'is there twice');
    if (node.children.size > 0 && kind !== 'directory') refuse(name, `is both a folder and ${WORDS[kind]}`);
    if (kind === 'hardlink') node.original = this.findOriginal(name, target);
    node.tell(entry);
    return node;
  }

  /** The place of an entry that was added before; undefined for none. */
  find(name: string): ContextNode | undefined {
    let node: ContextNode | undefined = this.root;
    for (const part of parsePath(name)) node = node?.children.get(part);
    return node;
  }

  private walk(name: string, path: readonly string[]): ContextNode {
    let node = this.root;
    for (const part of path) {
      if (node.kind !== 'directory') refuse(name, `lies below ${printable(node.path)}, which is ${WORDS[node.kind]}`);
      node = node.child(part);
    }
    return node;
  }

  private findOriginal(name: string, target: string): ContextNode {
    const found = this.find(target);
    const original = found?.original ?? found;
    if (original?.kind !== 'file')
      refuse(name, `is a hard link to ${printable(target)}, which is no earlier file of the context`);
    return original;
  }
}
