/** Scopes that the worlds below are about. */
export const RIGHTS = [
  'image:read',
  'image:write',
  'image:delete',
  'role:write',
  'role:delete',
  'namespace:read',
] as const;
export type Right = (typeof RIGHTS)[number];

/** A node of the one tree: `root` is above `left` and `right`, and `leaf` is below `left`. Each has one image. */
export const NODES = ['root', 'root/left', 'root/left/leaf', 'root/right'] as const;
export type NodePath = (typeof NODES)[number];

/** A namespace, or the image in it. */
export interface Spot {
  readonly node: NodePath;
  readonly image: boolean;
}

export interface ModelGrant {
  readonly id: number;
  /** Index of a member, or the team. */
  readonly subject: number | 'team';
  readonly role: string;
  readonly on: Spot;
}

/** Who holds what, as plainly as it can be: the owner everything, the others what grants say. */
export class GrantModel {
  readonly grants = new Set<ModelGrant>();
  readonly roles = new Map<string, readonly Right[]>();
  readonly team = new Set<number>();
  readonly disabled = new Set<number>();

  constructor(readonly owner: number) {}

  /** What somebody's roles give them on a spot, whether disabled or not. */
  rights(member: number, spot: Spot): Set<Right> {
    if (member === this.owner) return new Set(RIGHTS);
    const held = [...this.grants].filter((grant) => this.isTheirs(member, grant) && covers(grant.on, spot));
    return new Set(held.flatMap(({ role }) => this.roles.get(role) ?? []));
  }

  may(member: number, right: Right, spot: Spot): boolean {
    return !this.disabled.has(member) && this.rights(member, spot).has(right);
  }

  /** What binding a role answers. */
  bind(member: number, role: string, subject: ModelGrant['subject'], on: Spot): number {
    if (this.disabled.has(member)) return 401;
    const scopes = this.roles.get(role) ?? [];
    if (!this.may(member, on.image ? 'image:read' : 'namespace:read', on)) return 404;
    if (!this.may(member, 'role:write', on) || scopes.some((scope) => !this.may(member, scope, on))) return 403;
    const same = (grant: ModelGrant): boolean =>
      grant.subject === subject && grant.role === role && grant.on.node === on.node && grant.on.image === on.image;
    return [...this.grants].some(same) ? 409 : 201;
  }

  /** What ending a binding answers. */
  unbind(member: number, grant: ModelGrant): number {
    if (this.disabled.has(member)) return 401;
    if (this.may(member, 'role:delete', grant.on)) return 204;
    return this.isTheirs(member, grant) ? 403 : 404;
  }

  /** What giving a role of the tree other scopes answers. */
  edit(member: number, role: string, scopes: readonly Right[]): number {
    if (this.disabled.has(member)) return 401;
    const root: Spot = { node: 'root', image: false };
    if (!this.may(member, 'namespace:read', root)) return 404;
    if (!this.may(member, 'role:write', root)) return 403;
    const added = scopes.filter((scope) => !this.roles.get(role)?.includes(scope));
    return added.every((scope) => this.may(member, scope, root)) ? 200 : 403;
  }

  private isTheirs(member: number, { subject }: ModelGrant): boolean {
    return subject === member || (subject === 'team' && this.team.has(member));
  }
}

/** Whether what is granted on one spot holds on another. */
function covers(on: Spot, spot: Spot): boolean {
  if (on.image) return spot.image && spot.node === on.node;
  return `${spot.node}/`.startsWith(`${on.node}/`);
}
