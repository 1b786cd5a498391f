import { Injectable } from '@nestjs/common';
import {
  type AuthenticatedPrincipal,
  DomainError,
  type Page,
  type Principal,
  type Scope,
  subjectIdsOf,
  pageOf,
} from '#kernel';
import { Database, violatedUniqueConstraint } from '#platform/database';
import { AuditTrail, changedFacts } from '#domain/audit';
import { may } from '#domain/permissions';
import { NamespaceAccounts } from '#domain/users';
import { maySee } from './namespace.policy.js';
import { NamespaceOwners, type Owner } from './namespace-owners.js';
import { checkFields, type NamespaceChanges, type NewNamespace, toVisibility } from './namespace-fields.js';
import { MAX_LEVELS } from './namespace-path.js';
import type { NamespaceContents } from './namespace-contents.js';
import { auditTarget, factsOf, type NamespaceView } from './namespace-view.js';
import { nameTaken, namespaceNotFound, mayNot, wouldClash } from './namespaces.errors.js';
import { childrenOf, type NamespacePageQuery, NamespacesRepository } from './namespaces.repository.js';

/** A user's trees of namespaces. */
@Injectable()
export class NamespacesService {
  constructor(
    private readonly namespaces: NamespacesRepository,
    private readonly owners: NamespaceOwners,
    private readonly accounts: NamespaceAccounts,
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  async list(principal: AuthenticatedPrincipal, query: NamespacePageQuery): Promise<Page<NamespaceView>> {
    return pageOf(await this.namespaces.listFor(principal, query), query);
  }

  async listChildren(
    principal: Principal,
    owner: string,
    path: string,
    query: NamespacePageQuery,
  ): Promise<Page<NamespaceView>> {
    return pageOf(await this.listContents(principal, owner, path, childrenOf(query)), query);
  }

  /** Of a namespace that the caller may see. @throws DomainError `not_found` */
  async listContents<Row extends object, Item>(
    principal: Principal,
    owner: string,
    path: string,
    contents: NamespaceContents<Row, Item>,
  ): Promise<Item[]> {
    return (await this.getWithContents(principal, owner, path, contents)).items;
  }

  /** Of a namespace on which the caller holds `scope`. @throws DomainError `not_found`, `forbidden` */
  async listHeldContents<Row extends object, Item>(
    principal: Principal,
    scope: Scope,
    owner: string,
    path: string,
    contents: NamespaceContents<Row, Item>,
  ): Promise<Item[]> {
    const { node, items } = await this.getWithContents(principal, owner, path, contents);
    if (!may(principal, scope, factsOf(node))) throw mayNot(scope);
    return items;
  }

  /** Undefined also for one that the caller may not see. */
  async find(principal: Principal, owner: string, path: string): Promise<NamespaceView | undefined> {
    const found = await this.namespaces.findView(subjectIdsOf(principal), owner, path);
    return found && maySee(principal, 'namespace:read', factsOf(found)) ? found : undefined;
  }

  /** @throws DomainError `not_found`, also for one that the caller may not see */
  async get(principal: Principal, owner: string, path: string): Promise<NamespaceView> {
    const found = await this.find(principal, owner, path);
    if (!found) throw namespaceNotFound();
    return found;
  }

  /** As `get`, for what takes `scope` on it. @throws DomainError `not_found`, `forbidden` */
  async getHeld(principal: Principal, scope: Scope, owner: string, path: string): Promise<NamespaceView> {
    const found = await this.get(principal, owner, path);
    if (!may(principal, scope, factsOf(found))) throw mayNot(scope);
    return found;
  }

  /**
   * As `get`; its tree stays as it is, and whose it is, until the transaction ends. Trees are locked before images, and
   * images before accounts.
   */
  async hold(principal: Principal, owner: string, path: string): Promise<NamespaceView> {
    const { id, rootId } = await this.get(principal, owner, path);
    await this.holdTree(rootId);
    const held = await this.get(principal, owner, path); // again: only what is read under the lock still holds at commit
    if (held.id !== id) throw namespaceNotFound();
    return held;
  }

  /** As `hold`, by the root's id; does nothing where it is gone. */
  async holdTree(rootId: number): Promise<void> {
    await this.namespaces.lockTree(rootId, 'to read');
  }

  /** @throws DomainError `invalid`, also for a name that is taken, an unknown parent or a tree that would be too deep */
  async create(principal: AuthenticatedPrincipal, input: NewNamespace): Promise<NamespaceView> {
    checkFields(input);
    const owner = await this.owners.resolve(principal, input.owner);
    const path = await this.database.transaction(async () => {
      const parent = input.parent === undefined ? undefined : await this.getParent(principal, owner, input.parent);
      if (!parent) this.owners.assertMayMakeRoot(principal, owner);
      await this.owners.hold(owner);
      const newPath = parent ? `${parent.path}/${input.name}` : input.name;
      const description = input.description ?? '';
      const visibility = parent?.visibility ?? toVisibility(input.visibility) ?? 'private';
      const { id, created } = await this.namespaces.insertIfAbsent({
        userId: owner.id,
        rootId: parent?.rootId ?? null,
        parentId: parent?.id ?? null,
        name: input.name,
        path: newPath,
        level: (parent?.level ?? -1) + 1,
        description,
        visibility,
      });
      if (!created) throw nameTaken();
      await this.audit.record(principal, {
        action: 'namespace.create',
        target: { kind: 'namespace', id, name: `${owner.username}/${newPath}` },
        after: { description, visibility },
      });
      return newPath;
    });
    return this.get(principal, owner.username, path);
  }

  /** Changes only what is named; visibility only on a root, and then of its whole tree. */
  async update(principal: Principal, owner: string, path: string, changes: NamespaceChanges): Promise<NamespaceView> {
    const node = await this.getHeld(principal, 'namespace:write', owner, path);
    checkFields(changes);
    const visibility = toVisibility(changes.visibility);
    if (visibility !== undefined && node.parentId !== null && visibility !== node.visibility) {
      throw DomainError.field(
        'invalid',
        'visibility',
        'Visibility is decided on the root of the tree; change it there',
      );
    }
    await this.database.transaction(async () => {
      if (changes.description !== undefined) await this.namespaces.updateDescription(node.id, changes.description);
      await this.audit.record(principal, {
        action: 'namespace.update',
        target: auditTarget(node),
        ...changedFacts({ ...node }, { description: changes.description, visibility }),
      });
      if (visibility === undefined) return;
      await this.lockUnlessGiven(node); // pushes into the tree wait, and then see it
      await this.namespaces.updateVisibility(node.rootId, visibility);
    });
    return this.get(principal, owner, path);
  }

  /**
   * Deletes it and all below, service accounts included; its images stay with their owner.
   * @throws DomainError `not_found`, `forbidden`, `conflict` (names would clash, or a service account owns something)
   */
  async delete(principal: Principal, owner: string, path: string): Promise<void> {
    const node = await this.getHeld(principal, 'namespace:delete', owner, path);
    try {
      await this.database.transaction(async () => {
        await this.lockUnlessGiven(node); // pushes into the tree wait, and then do without it
        await this.accounts.deleteAll(principal, node.id);
        await this.namespaces.deleteSubtree(node);
        const { description, visibility: was } = node;
        await this.audit.record(principal, {
          action: 'namespace.delete',
          target: auditTarget(node),
          before: { description, visibility: was },
        });
      });
    } catch (error) {
      if (violatedUniqueConstraint(error) === undefined) throw error;
      throw wouldClash(await this.namespaces.findClashesWithout(node));
    }
  }

  /** Locks a tree to change it. @throws DomainError `not_found` where it has become somebody else's */
  private async lockUnlessGiven({ rootId, userId }: NamespaceView): Promise<void> {
    const root = await this.namespaces.lockTree(rootId, 'to change');
    if (root && root.userId !== userId) throw namespaceNotFound();
  }

  private async getWithContents<Row extends object, Item>(
    principal: Principal,
    owner: string,
    path: string,
    contents: NamespaceContents<Row, Item>,
  ): Promise<{ node: NamespaceView; items: Item[] }> {
    const found = await this.namespaces.findWithContents(subjectIdsOf(principal), owner, path, contents);
    if (!found || !maySee(principal, 'namespace:read', factsOf(found.node))) throw namespaceNotFound();
    return found;
  }

  private async getParent(principal: AuthenticatedPrincipal, owner: Owner, path: string): Promise<NamespaceView> {
    const parent = await this.namespaces.holdDeepest(principal.subjectIds, owner.id, [path]);
    if (!parent || !maySee(principal, 'namespace:read', factsOf(parent))) {
      throw DomainError.field('invalid', 'parent', 'Could not find parent');
    }
    if (!may(principal, 'namespace:write', factsOf(parent))) throw mayNot('namespace:write');
    if (parent.level + 1 >= MAX_LEVELS) {
      throw DomainError.field('invalid', 'parent', `Namespace cannot exceed depth of ${MAX_LEVELS}`);
    }
    return parent;
  }
}
