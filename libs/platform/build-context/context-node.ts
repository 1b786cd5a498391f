import type { ArchiveEntry, EntryKind } from './archive-entry.js';

/** What is known of an entry, or of a folder that none tells of. */
export type NodeFacts = Pick<ArchiveEntry, 'kind' | 'what' | 'mode' | 'mtimeSeconds' | 'sizeBytes' | 'target'>;

const UNTOLD: NodeFacts = { kind: 'directory', mode: 0o755, mtimeSeconds: 0, sizeBytes: 0, target: '' };

/** A place in the tree of a context. */
export class ContextNode {
  readonly children = new Map<string, ContextNode>();
  /** Whether it will be part of the context. */
  isKept = false;
  /** The file that a hard link is another name of. */
  original: ContextNode | undefined;

  private facts: NodeFacts | undefined;

  constructor(
    readonly parent: ContextNode | undefined,
    readonly name: string,
  ) {}

  /** Whether an entry tells of it; else it is the folder of one. */
  get isTold(): boolean {
    return this.facts !== undefined;
  }

  get kind(): EntryKind {
    return this.told.kind;
  }

  get told(): NodeFacts {
    return this.facts ?? UNTOLD;
  }

  tell({ kind, what, mode, mtimeSeconds, sizeBytes, target }: NodeFacts): void {
    this.facts = { kind, what, mode, mtimeSeconds, sizeBytes, target };
  }

  /** The child of that name, made where there is none. */
  child(name: string): ContextNode {
    const existing = this.children.get(name);
    if (existing) return existing;
    const made = new ContextNode(this, name);
    this.children.set(name, made);
    return made;
  }

  /** Below the root, with slashes; empty for the root. */
  get path(): string {
    const above = this.parent?.path ?? '';
    return above === '' ? this.name : `${above}/${this.name}`;
  }
}
