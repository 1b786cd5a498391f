export type Visibility = 'private' | 'internal' | 'public';

/** Index of a member; or who has none of the roles below. */
export type Asker = number | 'anonymous' | 'admin';

export interface Tree {
  readonly owner: number;
  visibility: Visibility;
  readonly collaborators: Set<number>;
}

export interface Node {
  readonly tree: Tree;
  readonly path: string;
}

export interface ModelImage {
  readonly id: number;
  readonly owner: number;
  readonly name: string;
  readonly tag: string;
  visibility: Visibility;
  node: Node | undefined;
}

/** All that decides who sees which image, held as plainly as it can be. */
export class VisibilityModel {
  readonly nodes = new Set<Node>();
  readonly images = new Set<ModelImage>();

  /** The node and all below it. */
  subtree({ tree, path }: Node): Node[] {
    return [...this.nodes].filter((node) => node.tree === tree && `${node.path}/`.startsWith(`${path}/`));
  }

  mayRead(asker: Asker, image: ModelImage): boolean {
    if (asker === 'admin' || this.isMember(asker, image)) return true;
    const visibilities = [image.visibility, image.node?.tree.visibility];
    return visibilities.includes('public') || (asker !== 'anonymous' && visibilities.includes('internal'));
  }

  /** Ids in the order of the default list: name, tag, id, byte by byte. */
  list(asker: Asker, includePublic: boolean): number[] {
    return [...this.images]
      .filter((image) => this.isMember(asker, image) || (includePublic && this.mayRead('anonymous', image)))
      .sort((a, b) => compare(a.name, b.name) || compare(a.tag, b.tag) || a.id - b.id)
      .map(({ id }) => id);
  }

  private isMember(asker: Asker, { owner, node }: ModelImage): boolean {
    return typeof asker === 'number' && (owner === asker || node?.tree.collaborators.has(asker) === true);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
