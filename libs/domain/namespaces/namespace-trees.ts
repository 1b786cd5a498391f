import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, mayEverywhere, SCOPES } from '#kernel';
import { AuditTrail } from '#domain/audit';
import { cannotOwn, ownerOf, UsersService } from '#domain/users';
import { GrantsRepository, may, notHeld, notHeldOf, owns, type Standing } from '#domain/permissions';
import { maySee } from './namespace.policy.js';
import { parseNamespacePath } from './namespace-path.js';
import { auditTarget, factsOf, type NamespaceView } from './namespace-view.js';
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

/** Whose a tree is, or is to be. */
interface TreeOwner {
  readonly id: number;
  readonly username: string;
  /** See AuthenticatedPrincipal. */
  readonly ownsNothing: boolean;
}

const noSuchNamespace = (): DomainError => DomainError.field('invalid', 'namespace', 'No such namespace');

const denied = (): DomainError => DomainError.field('invalid', 'namespace', 'Namespace permission denied');

/** Finds the namespace that a request names, and makes what is missing of it once everything else is settled. */
@Injectable()
export class NamespaceTrees {
  constructor(
    private readonly namespaces: NamespacesRepository,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
    private readonly grants: GrantsRepository,
  ) {}

  /**
   * Decides whether the caller may put something into `path` or `path@owner`. Nothing is made yet.
   * @throws DomainError `invalid` that blames `namespace` (also for a tree the caller may not see, without telling which),
   *   `forbidden` for one that the caller sees but may not write to, or whose owner gets nothing more
   */
  async resolve(principal: AuthenticatedPrincipal, text: string): Promise<NamespaceTarget> {
    const { names, owner } = parseNamespacePath(text);
    const { id: ownerId, username, ownsNothing } = await this.resolveOwner(principal, owner);
    const deepest = await this.namespaces.findDeepest(principal.subjectIds, ownerId, pathsDownTo(names));
    this.assertMayWrite(principal, ownerId, deepest);
    if (ownsNothing) throw cannotOwn(username);
    return { ownerId, names, key: names.join('/').toLowerCase() };
  }

  /** Makes what is missing of a target, inside the caller's transaction, and holds the tree as it is until that ends. */
  async materialise(principal: AuthenticatedPrincipal, target: NamespaceTarget): Promise<NamespaceView> {
    const { ownerId, names } = target;
    let node = await this.namespaces.holdDeepest(principal.subjectIds, ownerId, pathsDownTo(names));
    this.assertMayWrite(principal, ownerId, node); // again: it may have changed since
    while (!node || node.level + 1 < names.length) node = await this.makeLevel(principal, target, node);
    return node;
  }

  /**
   * A namespace that is there, as it stays until the transaction ends; nobody else holds its tree until then.
   * @throws DomainError `invalid` that blames `namespace`, also for one the caller may not see, as if it were not there
   */
  async lock(principal: AuthenticatedPrincipal, text: string): Promise<NamespaceView> {
    const { names, owner } = parseNamespacePath(text);
    const { id: ownerId } = await this.resolveOwner(principal, owner);
    const node = await this.namespaces.holdDeepest(principal.subjectIds, ownerId, [names.join('/')], 'to change');
    if (node && maySee(principal, 'namespace:read', factsOf(node))) return node;
    throw owns(principal, ownerId) || mayEverywhere(principal, 'namespace:read') ? noSuchNamespace() : denied();
  }

  /**
   * Whoever has a role where a thing arrives gets it on that, too: who takes it there must hold as much on it.
   * @throws DomainError `forbidden`
   */
  async assertMayArrive(principal: AuthenticatedPrincipal, thing: Standing, { lineage }: NamespaceView): Promise<void> {
    const below = lineage.filter((id) => !thing.at?.lineage.includes(id));
    const missing = notHeldOf(principal, await this.grants.listScopesOn(below), thing);
    if (missing.length > 0) throw notHeld(SCOPES.filter((scope) => missing.includes(scope)));
  }

  /** A tree's visibility, which then holds until the transaction ends. */
  async visibilityOf(rootId: number): Promise<Visibility> {
    return (await this.namespaces.lockTree(rootId, 'to read'))?.visibility ?? 'private';
  }

  /** Keeps owner and author of what goes into a tree until the transaction ends; false where one is gone. */
  holdAccounts(ids: readonly number[]): Promise<boolean> {
    return this.users.holdAll(ids);
  }

  /** The level below `parent`, or the root; another request may be making the same one at this moment. */
  private async makeLevel(
    principal: AuthenticatedPrincipal,
    { ownerId, names }: NamespaceTarget,
    parent: NamespaceView | undefined,
  ): Promise<NamespaceView> {
    const level = parent ? parent.level + 1 : 0;
    const name = names[level] ?? '';
    const path = parent ? `${parent.path}/${name}` : name;
    const { created } = await this.namespaces.insertIfAbsent({
      userId: ownerId,
      rootId: parent?.rootId ?? null,
      parentId: parent?.id ?? null,
      name,
      path,
      level,
      description: '',
      visibility: parent?.visibility ?? 'private',
    });
    const made = await this.namespaces.holdDeepest(principal.subjectIds, ownerId, [path]);
    if (!made) throw new DomainError('conflict', 'The namespace was deleted at this very moment; try again');
    if (created) {
      const { description, visibility } = made;
      const target = auditTarget(made);
      await this.audit.record(principal, { action: 'namespace.create', target, after: { description, visibility } });
    }
    return made;
  }

  private async resolveOwner(principal: AuthenticatedPrincipal, owner: string | undefined): Promise<TreeOwner> {
    if (owner === undefined) {
      return { id: principal.userId, username: principal.username, ownsNothing: principal.ownsNothing === true };
    }
    const user = await this.users.findByHandle(owner);
    if (!user) throw DomainError.field('invalid', 'namespace', 'Namespace invalid owner');
    return { id: user.id, username: user.username, ownsNothing: ownerOf(user) !== undefined };
  }

  /** A new root is the owner's alone to make; below an existing one, whoever may push there. */
  private assertMayWrite(principal: AuthenticatedPrincipal, ownerId: number, found: NamespaceView | undefined): void {
    if (!found && owns(principal, ownerId)) return;
    if (!found || !maySee(principal, 'namespace:read', factsOf(found))) throw denied();
    if (!may(principal, 'image:write', factsOf(found))) {
      throw new DomainError('forbidden', 'You can see this namespace but not write to it');
    }
  }
}

/** Of `a`, `b`, `c`: `a`, `a/b`, `a/b/c`. */
function pathsDownTo(names: readonly string[]): string[] {
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}
