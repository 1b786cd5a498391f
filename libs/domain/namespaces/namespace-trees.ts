import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { UsersService } from '#domain/users';
import { mayRead, mayWrite } from './namespace.policy.js';
import { parseNamespacePath } from './namespace-path.js';
import { factsOf, type NamespaceView } from './namespace-view.js';
import { NamespacesRepository } from './namespaces.repository.js';
import type { Visibility } from './visibility.js';

/** Where an image is to go: a namespace that is there, or that can be made when the time comes. */
export interface NamespaceTarget {
  /** Whose tree: the owner of everything in it. */
  readonly ownerId: number;
  readonly names: readonly string[];
  /** As it tells apart: lower case, joined by slashes. */
  readonly key: string;
}

const denied = (): DomainError => DomainError.field('invalid', 'namespace', 'Namespace permission denied');

/** Finds the namespace that a request names, and makes what is missing of it once everything else is settled. */
@Injectable()
export class NamespaceTrees {
  constructor(
    private readonly namespaces: NamespacesRepository,
    private readonly users: UsersService,
  ) {}

  /**
   * Decides whether the caller may put something into `path` or `path@owner`. Nothing is made yet.
   * @throws DomainError `invalid` that blames `namespace` (also for a tree the caller may not see, without telling which),
   *   `forbidden` for one that the caller sees but may not write to
   */
  async resolve(principal: AuthenticatedPrincipal, text: string): Promise<NamespaceTarget> {
    const { names, owner } = parseNamespacePath(text);
    const ownerId = await this.resolveOwner(principal, owner);
    this.assertMayWrite(principal, ownerId, await this.findDeepest(principal, ownerId, names));
    return { ownerId, names, key: names.join('/').toLowerCase() };
  }

  /** Makes what is missing of a target, inside the caller's transaction, and holds the tree as it is until that ends. */
  async materialise(principal: AuthenticatedPrincipal, { ownerId, names }: NamespaceTarget): Promise<NamespaceView> {
    let deepest = await this.findDeepest(principal, ownerId, names);
    this.assertMayWrite(principal, ownerId, deepest); // again: it may have changed since
    for (let level = deepest ? deepest.level + 1 : 0; level < names.length; level++) {
      await this.makeLevel(ownerId, names.slice(0, level + 1), deepest);
      deepest = await this.findDeepest(principal, ownerId, names.slice(0, level + 1));
    }
    if (!deepest || !(await this.namespaces.lockTree(deepest.rootId, 'to read'))) throw denied();
    // Only under the lock is the visibility the one that will still hold at commit.
    return (await this.findDeepest(principal, ownerId, names)) ?? deepest;
  }

  /** A tree's visibility, which then holds until the transaction ends. */
  async visibilityOf(rootId: number): Promise<Visibility> {
    return (await this.namespaces.lockTree(rootId, 'to read'))?.visibility ?? 'private';
  }

  private async makeLevel(userId: number, names: readonly string[], parent: NamespaceView | undefined): Promise<void> {
    await this.namespaces.insertIfAbsent({
      userId,
      rootId: parent?.rootId ?? null,
      parentId: parent?.id ?? null,
      name: names.at(-1) ?? '',
      path: parent ? `${parent.path}/${names.at(-1) ?? ''}` : names.join('/'),
      level: names.length - 1,
      description: '',
      visibility: parent?.visibility ?? 'private',
    });
  }

  private findDeepest(
    principal: AuthenticatedPrincipal,
    ownerId: number,
    names: readonly string[],
  ): Promise<NamespaceView | undefined> {
    const paths = names.map((_, index) => names.slice(0, index + 1).join('/'));
    return this.namespaces.findDeepest(principal.userId, ownerId, paths);
  }

  private async resolveOwner(principal: AuthenticatedPrincipal, owner: string | undefined): Promise<number> {
    if (owner === undefined) return principal.userId;
    const user = await this.users.findByHandle(owner);
    if (!user) throw DomainError.field('invalid', 'namespace', 'Namespace invalid owner');
    return user.id;
  }

  /** A new root is the owner's alone to make; below an existing one, its collaborators may. */
  private assertMayWrite(principal: AuthenticatedPrincipal, ownerId: number, found: NamespaceView | undefined): void {
    if (!found && principal.userId === ownerId) return;
    if (!found || !mayRead(principal, factsOf(found))) throw denied();
    if (!mayWrite(principal, factsOf(found))) {
      throw new DomainError('forbidden', 'You can see this namespace but not write to it');
    }
  }
}
