/** Scopes that the worlds are about. */
export const RIGHTS = [
  'image:read',
  'image:write',
  'image:delete',
  'namespace:read',
  'namespace:delete',
  'invite:write',
  'invite:delete',
  'role:write',
  'role:delete',
] as const;
export type Right = (typeof RIGHTS)[number];

/** What the members of a team may do with what it owns. */
const MEMBER_RIGHTS: readonly Right[] = ['image:read', 'image:write', 'namespace:read'];

/** What an invite may offer. */
export const OFFERS = ['reader', 'writer', 'maintainer'] as const;
export type Offer = (typeof OFFERS)[number];

const OFFERED: readonly (readonly [Offer, readonly Right[]])[] = [
  ['reader', ['image:read', 'namespace:read']],
  ['writer', ['image:read', 'namespace:read', 'image:write']],
  ['maintainer', ['image:read', 'namespace:read', 'image:write', 'image:delete']],
];

/** A node of the one tree: `root` is above `left` and `right`, and `leaf` is below `left`. Each has an image at first. */
export const NODES = ['root', 'root/left', 'root/left/leaf', 'root/right'] as const;
export type NodePath = (typeof NODES)[number];

/** A namespace, or the image that was in it at first. */
export interface Spot {
  readonly node: NodePath;
  readonly image: boolean;
}
export const ROOT: Spot = { node: 'root', image: false };

/** Every namespace and every image. */
export const SPOTS: readonly Spot[] = NODES.flatMap((node) => [
  { node, image: false },
  { node, image: true },
]);

/** The members, by name; the first owns the tree at first. */
export const MEMBERS = ['owner', 'ann', 'ben', 'cat'] as const;
export const OWNER = 0;
export const TEAM = 'crew';
/** Roles of the tree, whose scopes change as worlds go on. */
export const ROLES = ['one', 'two', 'three'] as const;

/** Index of a member, or the team. */
export type Account = number | 'team';

export interface ModelGrant {
  readonly id: number;
  readonly subject: Account;
  readonly role: string;
  readonly on: Spot;
  /** When it ends, in milliseconds; null for never. */
  readonly until: number | null;
  expired: boolean;
}

export interface ModelInvite {
  readonly id: number;
  readonly by: number;
  readonly to: number;
  readonly role: Offer;
}

export interface ModelImage {
  owner: Account;
  /** Undefined outside any namespace. */
  node: NodePath | undefined;
}

/** Who holds what, as plainly as it can be: owners everything, a team's members something, all others what grants say. */
export class GrantModel {
  readonly nodes = new Set<NodePath>(NODES);
  readonly images = new Map<NodePath, ModelImage>();
  readonly grants = new Set<ModelGrant>();
  readonly invites = new Set<ModelInvite>();
  readonly roles = new Map<string, readonly Right[]>(OFFERED);
  readonly team = new Map<number, 'member' | 'lead'>();
  readonly disabled = new Set<number>();

  constructor(public treeOwner: Account) {
    for (const node of NODES) this.images.set(node, { owner: treeOwner, node });
  }

  image(node: NodePath): ModelImage {
    const image = this.images.get(node);
    if (!image) throw new Error(`there is no image of ${node}`);
    return image;
  }

  ownerOf({ node, image }: Spot): Account {
    return image ? this.image(node).owner : this.treeOwner;
  }

  exists({ node, image }: Spot): boolean {
    return image || this.nodes.has(node);
  }

  owns(member: number, account: Account): boolean {
    return account === member || (account === 'team' && this.team.get(member) === 'lead');
  }

  /** Whether what an account is given counts for a member. */
  is(member: number, account: Account): boolean {
    return account === member || (account === 'team' && this.team.has(member));
  }

  /** What somebody's account and roles give them on a spot, whether disabled or not. */
  rights(member: number, spot: Spot): Set<Right> {
    return new Set([
      ...this.standing(member, spot),
      ...this.granting(member, spot).flatMap(({ role }) => this.of(role)),
    ]);
  }

  /** Whether somebody may do something, by a token of all scopes. */
  may(member: number, right: Right, spot: Spot): boolean {
    return !this.disabled.has(member) && this.exists(spot) && this.rights(member, spot).has(right);
  }

  mayAll(member: number, rights: readonly Right[], spot: Spot): boolean {
    return rights.every((right) => this.may(member, right, spot));
  }

  sees(member: number, spot: Spot): boolean {
    return this.may(member, spot.image ? 'image:read' : 'namespace:read', spot);
  }

  /** When the first of these rights ends for somebody who holds them all; null where none does. */
  limit(member: number, rights: readonly Right[], spot: Spot): number | null {
    const ends = rights.map((right) => {
      if (this.standing(member, spot).includes(right)) return Infinity;
      const grants = this.granting(member, spot).filter(({ role }) => this.of(role).includes(right));
      return Math.max(...grants.map(({ until }) => until ?? Infinity));
    });
    const first = Math.min(...ends);
    return first === Infinity ? null : first;
  }

  /** Whether somebody may share the tree with a role, for good. */
  mayOffer(member: number, offer: Offer): boolean {
    const rights = this.of(offer);
    return this.mayAll(member, ['invite:write', ...rights], ROOT) && this.limit(member, rights, ROOT) === null;
  }

  isGood({ by, to, role }: ModelInvite): boolean {
    return to !== this.treeOwner && this.mayOffer(by, role);
  }

  /** The scopes of a role. */
  of(role: string): readonly Right[] {
    return this.roles.get(role) ?? [];
  }

  /** Whether what is granted on one spot holds on another. */
  covers(on: Spot, spot: Spot): boolean {
    if (on.image) return spot.image && spot.node === on.node;
    const node = spot.image ? this.image(spot.node).node : spot.node;
    return node !== undefined && `${node}/`.startsWith(`${on.node}/`);
  }

  private standing(member: number, spot: Spot): readonly Right[] {
    const owner = this.ownerOf(spot);
    if (this.owns(member, owner)) return RIGHTS;
    return this.is(member, owner) ? MEMBER_RIGHTS : [];
  }

  private granting(member: number, spot: Spot): ModelGrant[] {
    return [...this.grants].filter(
      ({ subject, on, expired }) => !expired && this.is(member, subject) && this.covers(on, spot),
    );
  }
}
