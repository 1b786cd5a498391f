import fc from 'fast-check';
import { collaborate, distinctImage, expectStatus, newTree, type TestUser, unique } from '../../support/builders.js';
import type { Answer } from '../../support/native-client.js';
import type { ModelImage, Node, Visibility, VisibilityModel } from './visibility-model.js';

/** Something that happens to the registry, and in the same way to its model. It does nothing where it finds no object. */
export interface Action {
  readonly what: string;
  /** Chooses the object: a member, node or image, counted round. */
  readonly on: number;
  /** Chooses whatever else there is to choose. */
  readonly with: number;
  readonly visibility: Visibility;
}

export const ACTIONS: fc.Arbitrary<Action> = fc.record({
  what: fc.constantFrom(
    ...['plant', 'plant', 'branch', 'push', 'push', 'push', 'push', 'show', 'show', 'show', 'open', 'open'],
    ...['invite', 'invite', 'part', 'move', 'move', 'prune', 'delete'],
  ),
  on: fc.nat(50),
  with: fc.nat(50),
  visibility: fc.constantFrom('private', 'internal', 'public'),
});

const BYTES = distinctImage('the same everywhere');

/** Carries actions out as members who own what they act upon. */
export class Stage {
  private readonly acts: Readonly<Record<string, (action: Action) => Promise<void>>> = {
    plant: (action) => this.plant(action),
    branch: (action) => this.branch(action),
    push: (action) => this.push(action),
    show: (action) => this.show(action),
    open: (action) => this.open(action),
    invite: (action) => this.invite(action),
    part: (action) => this.part(action),
    move: (action) => this.move(action),
    prune: (action) => this.prune(action),
    delete: (action) => this.delete(action),
  };

  constructor(
    private readonly members: readonly TestUser[],
    private readonly model: VisibilityModel,
  ) {}

  async act(action: Action): Promise<void> {
    await this.acts[action.what]?.(action);
  }

  private async plant({ on, visibility }: Action): Promise<void> {
    const owner = on % this.members.length;
    const path = unique('root');
    await newTree(this.member(owner), path, visibility);
    this.model.nodes.add({ tree: { owner, visibility, collaborators: new Set() }, path });
  }

  private async branch({ on }: Action): Promise<void> {
    const parent = pick(this.model.nodes, on);
    if (!parent) return;
    const name = unique('branch');
    expectStatus(await this.member(parent.tree.owner).post('/namespaces', { name, parent: parent.path }), 201);
    this.model.nodes.add({ tree: parent.tree, path: `${parent.path}/${name}` });
  }

  /** Into no namespace, one of one's own, or one in which one collaborates. */
  private async push({ on, with: choice }: Action): Promise<void> {
    const node = choice % 4 === 0 ? undefined : pick(this.model.nodes, on);
    const owner = node ? node.tree.owner : on % this.members.length;
    const pusher = pick(node?.tree.collaborators ?? [], choice) ?? owner;
    const [name, tag] = [['a', 'B', 'b', 'a-b'][choice % 4] ?? 'a', unique('t')];
    const namespace = node ? `&namespace=${this.named(node)}` : '';
    const answer = await this.member(pusher).push(`name=${name}&tag=${tag}${namespace}`, BYTES);
    const { id } = expectStatus(answer, 201).body as { id: number };
    this.model.images.add({ id, owner, name, tag, visibility: 'private', node });
  }

  private async show({ on, visibility }: Action): Promise<void> {
    const image = pick(this.model.images, on);
    if (!image) return;
    await this.patch(image, { visibility });
    image.visibility = visibility;
  }

  private async open({ on, visibility }: Action): Promise<void> {
    const node = pick(this.model.nodes, on);
    if (!node) return;
    const root = node.path.split('/')[0] ?? '';
    expectStatus(await this.member(node.tree.owner).patch(this.pathOf({ ...node, path: root }), { visibility }), 200);
    node.tree.visibility = visibility;
  }

  private async invite({ on, with: choice }: Action): Promise<void> {
    const node = pick(this.model.nodes, on);
    const guest = choice % this.members.length;
    if (!node || guest === node.tree.owner || node.tree.collaborators.has(guest)) return;
    const role = choice % 2 === 0 ? 'writer' : 'maintainer'; // so that `push` may take any of them
    await collaborate(this.member(node.tree.owner), node.path, this.member(guest), role);
    node.tree.collaborators.add(guest);
  }

  private async part({ on, with: choice }: Action): Promise<void> {
    const node = pick(this.model.nodes, on);
    const guest = pick(node?.tree.collaborators ?? [], choice);
    if (!node || guest === undefined) return;
    const path = `${this.pathOf(node)}/-/collaborators/${this.member(guest).username}`;
    expectStatus(await this.member(node.tree.owner).delete(path), 204);
    node.tree.collaborators.delete(guest);
  }

  /** To another of the owner's namespaces, or out of any. */
  private async move({ on, with: choice }: Action): Promise<void> {
    const image = pick(this.model.images, on);
    if (!image) return;
    const node = pick([...this.model.nodes, undefined], choice);
    if (node && node.tree.owner !== image.owner) return;
    await this.patch(image, { namespace: node ? node.path : null });
    image.node = node;
  }

  private async prune({ on }: Action): Promise<void> {
    const node = pick(this.model.nodes, on);
    if (!node) return;
    expectStatus(await this.member(node.tree.owner).delete(this.pathOf(node)), 204);
    const gone = this.model.subtree(node);
    for (const image of this.model.images) if (image.node && gone.includes(image.node)) image.node = undefined;
    for (const each of gone) this.model.nodes.delete(each);
  }

  private async delete({ on }: Action): Promise<void> {
    const image = pick(this.model.images, on);
    if (!image) return;
    expectStatus(await this.member(image.owner).delete(`/images/${image.id}`), 204);
    this.model.images.delete(image);
  }

  private async patch(image: ModelImage, changes: object): Promise<Answer> {
    return expectStatus(await this.member(image.owner).patch(`/images/${image.id}`, changes), 200);
  }

  private pathOf(node: Node): string {
    return `/n/${this.member(node.tree.owner).username}/${node.path}`;
  }

  private named(node: Node): string {
    return `${node.path}@${this.member(node.tree.owner).username}`;
  }

  private member(index: number): TestUser {
    const member = this.members[index];
    if (!member) throw new Error(`there is no member ${index}`);
    return member;
  }
}

function pick<T>(from: Iterable<T>, choice: number): T | undefined {
  const all = [...from];
  return all[choice % all.length];
}
