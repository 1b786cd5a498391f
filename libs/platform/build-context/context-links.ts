import { printable, refuse } from './build-context.errors.js';
import type { ContextNode } from './context-node.js';

/** What Linux follows (MAXSYMLINKS). */
const MAX_LINKS = 40;

/** Follows the symbolic links of a tree as the kernel would, but tells where they leave it. */
export class ContextLinks {
  private readonly places = new Map<ContextNode, ContextNode | null>();

  /** @throws BuildContextRefusedError for a link that leads out of the context, by itself or by others */
  assertInside(link: ContextNode): void {
    this.follow(link, link, 0);
  }

  /** Where `link` leads, followed for the sake of `asked`; null where that is nowhere. */
  private follow(asked: ContextNode, link: ContextNode, depth: number): ContextNode | null {
    const known = this.places.get(link);
    if (known !== undefined) return known;
    if (depth >= MAX_LINKS) refuse(asked.path, `is a chain of more than ${MAX_LINKS} symbolic links`);
    this.places.set(link, null); // what leads back to itself leads nowhere
    const place = this.walk(asked, link, depth);
    this.places.set(link, place);
    return place;
  }

  private walk(asked: ContextNode, link: ContextNode, depth: number): ContextNode | null {
    const { target } = link.told;
    if (target === '' || /\p{Cc}/u.test(target)) refuse(link.path, 'is a symbolic link to no path');
    if (target.startsWith('/')) escape(asked, target);
    let place: Place | null = { node: link.parent ?? link, missing: 0 };
    for (const part of target.split('/')) {
      if (part === '' || part === '.') continue;
      place = part === '..' ? (climb(place) ?? escape(asked, target)) : this.descend(asked, place, part, depth);
      if (!place) return null;
    }
    return place.missing > 0 ? null : place.node;
  }

  private descend(asked: ContextNode, { node, missing }: Place, name: string, depth: number): Place | null {
    const child = missing > 0 ? undefined : node.children.get(name);
    if (child?.isKept !== true) return { node, missing: missing + 1 };
    const next = child.kind === 'symlink' ? this.follow(asked, child, depth + 1) : child;
    return next && { node: next, missing: 0 };
  }
}

/** A place in the tree, or so many folders below one that are not there. */
interface Place {
  readonly node: ContextNode;
  readonly missing: number;
}

function climb({ node, missing }: Place): Place | undefined {
  if (missing > 0) return { node, missing: missing - 1 };
  return node.parent && { node: node.parent, missing: 0 };
}

function escape({ path, told }: ContextNode, target: string): never {
  const by = told.target === target ? '' : `, by ${printable(target)}`;
  refuse(path, `is a symbolic link to ${printable(told.target)}, which leads out of the context${by}`);
}
