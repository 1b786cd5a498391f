import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../support/api.js';
import { expectStatus, newTree, newUser, pushImage, type TestUser } from '../../support/builders.js';
import type { Answer, NativeClient } from '../../support/native-client.js';
import {
  type Account,
  GrantModel,
  MEMBERS,
  NODES,
  type NodePath,
  type Offer,
  OWNER,
  type Right,
  RIGHTS,
  ROLES,
  type Spot,
  TEAM,
} from './grant-model.js';

/** A token with fewer rights than its user: of these scopes, and where it is pinned, there only. */
export interface NarrowToken {
  readonly by: number;
  readonly scopes: readonly Right[];
  readonly pin: Spot | undefined;
  readonly client: NativeClient;
}

interface VersionedRole {
  readonly id: number;
  readonly version: number;
}

/** A running registry with one tree, four users and a team, which each random world begins afresh with. */
export class GrantWorld {
  readonly roles = new Map<string, VersionedRole>();
  readonly tokens: NarrowToken[] = [];
  model = new GrantModel(OWNER);

  private constructor(
    readonly api: TestApi,
    private readonly members: readonly TestUser[],
    private readonly images: ReadonlyMap<NodePath, number>,
  ) {}

  static async open(): Promise<GrantWorld> {
    const api = await startTestApi();
    const members: TestUser[] = [];
    for (const name of MEMBERS) members.push(await newUser(api.admin, name));
    const [owner] = members;
    if (!owner) throw new Error('there is no owner');
    expectStatus(await api.admin.post('/teams', { name: TEAM }), 201);
    await newTree(owner, 'root/left/leaf');
    expectStatus(await owner.post('/namespaces', { name: 'right', parent: 'root' }), 201);
    const images = new Map<NodePath, number>();
    for (const [index, node] of NODES.entries()) {
      images.set(node, (await pushImage(owner, `name=disk${index}&namespace=${node}`)).id);
    }
    return new GrantWorld(api, members, images);
  }

  get database(): Database {
    return this.api.app.get(Database, { strict: false });
  }

  client(member: number): TestUser {
    const found = this.members[member];
    if (!found) throw new Error(`there is no member ${member}`);
    return found;
  }

  nameOf(account: Account): string {
    return account === 'team' ? TEAM : this.client(account).username;
  }

  imageId(node: NodePath): number {
    return this.images.get(node) ?? 0;
  }

  /** `path@owner`. */
  address(node: NodePath): string {
    return `${node}@${this.nameOf(this.model.treeOwner)}`;
  }

  /** Of a namespace. */
  path(node: NodePath): string {
    return `/n/${this.nameOf(this.model.treeOwner)}/${node}`;
  }

  /** Only the owner holds anything, there are three roles, and everything is where it was. */
  async startAfresh(scopes: readonly (readonly Right[])[]): Promise<void> {
    this.model = new GrantModel(OWNER);
    this.tokens.length = 0;
    for (const statement of AFRESH) await this.database.query(statement, []);
    for (const node of NODES.slice(1)) {
      const [parent, name] = [node.slice(0, node.lastIndexOf('/')), node.slice(node.lastIndexOf('/') + 1)];
      const { status } = await this.client(OWNER).post('/namespaces', { name, parent });
      if (status !== 201 && status !== 400) throw new Error(`${node} cannot be made: ${status}`);
    }
    for (const node of NODES) {
      await this.database.query(
        `UPDATE images i SET user_id = n.user_id, namespace_id = n.id, root_namespace_id = n.root_id
         FROM namespaces n WHERE n.path = $2 AND i.id = $1`,
        [this.imageId(node), node],
      );
    }
    for (const [index, name] of ROLES.entries()) {
      const answer = await this.client(OWNER).post('/roles', { name, scopes: scopes[index], namespace: 'root' });
      this.noteRole(name, scopes[index] ?? [], expectStatus(answer, 201));
    }
  }

  noteRole(name: string, scopes: readonly Right[], { body }: Answer): void {
    this.roles.set(name, body as VersionedRole);
    this.model.roles.set(name, scopes);
  }

  /** Adds a grant to the model as the service says it was made; in the place of one like it that has expired. */
  noteGrant(subject: Account, role: string, on: Spot, { id, expires_at: end }: MadeBinding): void {
    const { grants } = this.model;
    for (const grant of grants) if (sameGrant(grant, { subject, role, on })) grants.delete(grant);
    grants.add({ id, subject, role, on, until: end === null ? null : Date.parse(end), expired: false });
  }

  /** In the place of any collaboration they had; `id` is unknown to who accepts. */
  async noteCollaboration(member: number, role: Offer, on: Spot): Promise<void> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT b.id FROM bindings b JOIN roles r ON r.id = b.role_id JOIN users u ON u.id = b.subject_id
       WHERE r.name = $1 AND u.username = $2`,
      [role, this.nameOf(member)],
    );
    this.noteGrant(member, role, on, { id: rows[0]?.id ?? 0, expires_at: null });
  }

  /** What the api says of everybody's rights on an image must be what the model says. */
  async checkImage(node: NodePath): Promise<void> {
    const { body } = await this.api.admin.get(`/images/${this.imageId(node)}/access`);
    const found = body as { user: string; scopes: string[] }[];
    const held = MEMBERS.map((user) => found.find((one) => one.user === user)?.scopes ?? []);
    const expected = MEMBERS.map((_, member) =>
      RIGHTS.filter((right) => right.startsWith('image:') && this.model.may(member, right, { node, image: true })),
    );
    expect({ node, held }).toEqual({ node, held: expected });
  }

  /** And of one right of somebody's on a spot, as it is explained. */
  async checkExplanation(member: number, right: Right, spot: Spot): Promise<void> {
    const target = spot.image ? `image:${this.imageId(spot.node)}` : `namespace:${this.address(spot.node)}`;
    const { status, body } = await this.api.admin.get(
      `/access?user=${this.nameOf(member)}&scope=${right}&target=${target}`,
    );
    const allowed = this.model.may(member, right, spot);
    expect({ member, right, spot, status, body }).toMatchObject(
      this.model.exists(spot) ? { status: 200, body: { allowed } } : { status: 404 },
    );
  }
}

export interface MadeBinding {
  readonly id: number;
  readonly expires_at: string | null;
}

interface GrantKey {
  readonly subject: Account;
  readonly role: string;
  readonly on: Spot;
}

export function sameGrant(a: GrantKey, b: GrantKey): boolean {
  return a.subject === b.subject && a.role === b.role && a.on.node === b.on.node && a.on.image === b.on.image;
}

const AFRESH = [
  'DELETE FROM bindings',
  'DELETE FROM roles WHERE NOT built_in',
  'DELETE FROM team_members',
  'DELETE FROM invites',
  `DELETE FROM tokens WHERE name = 'narrow'`,
  'UPDATE users SET disabled_at = NULL',
  `UPDATE namespaces SET user_id = (SELECT id FROM users WHERE username = 'owner')`,
];
