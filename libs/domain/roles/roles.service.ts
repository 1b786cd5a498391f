import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, type Page, type Scope, type PageQuery, pageOf } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { type AuditTarget, AuditTrail, changedFacts } from '#domain/audit';
import { maySee, NamespacesService, parseNamespacePath } from '#domain/namespaces';
import { GrantLimits, holds, INSTALLATION, notHeld, notHeldOf, type Standing } from '#domain/permissions';
import { checkRole, installationScopes, type RoleFields } from './role-scopes.js';
import type { RoleView } from './role.view.js';
import { builtIn, cannotWiden, lacksScope, notFound, roleNameTaken, staleVersion, stillBound } from './roles.errors.js';
import { RolesRepository, rolesOfTree } from './roles.repository.js';

export interface RoleInput extends RoleFields {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Root `path` or `path@owner`; a global role without. */
  readonly namespace?: string | undefined;
}

/** Named sets of scopes: global ones for operators to make, and those of a tree for whoever manages it. */
@Injectable()
export class RolesService {
  constructor(
    private readonly roles: RolesRepository,
    private readonly namespaces: NamespacesService,
    private readonly audit: AuditTrail,
    private readonly limits: GrantLimits,
  ) {}

  /** Global ones, and with `namespace` those of its tree. @throws DomainError `not_found` where the caller may not see it */
  async list(
    principal: AuthenticatedPrincipal,
    query: PageQuery & { namespace?: string | undefined },
  ): Promise<Page<RoleView>> {
    const rows = await this.listRows(principal, query);
    return pageOf(rows, query);
  }

  /** @throws DomainError `not_found`, also for one of a tree that the caller may not see */
  async get(principal: AuthenticatedPrincipal, id: number): Promise<RoleView> {
    const role = await this.roles.findView(principal.subjectIds, id);
    if (!role || !isVisible(principal, role)) throw notFound();
    return role;
  }

  /** @throws DomainError `invalid`, `not_found` (the namespace), `forbidden` (also for scopes the caller does not hold there) */
  async create(principal: AuthenticatedPrincipal, { namespace, ...input }: RoleInput): Promise<RoleView> {
    const scopes = checkRole(input, namespace === undefined ? 'global' : 'tree') ?? [];
    const { name, description = '' } = input;
    const id = await translatingTakenNames(() =>
      this.audit.transaction(async () => {
        const root = namespace === undefined ? undefined : await this.holdRoot(principal, namespace);
        const standing: Standing = root ? { ownerId: root.userId, held: root.held } : INSTALLATION;
        assertMayManage(principal, 'role:write', standing);
        assertHolds(principal, scopes, standing);
        const roleId = await this.roles.insert({ name, description, scopes, namespaceId: root?.id ?? null });
        const target = targetOf({ id: roleId, name });
        await this.audit.record(principal, { action: 'role.create', target, after: { description, scopes } });
        return roleId;
      }),
    );
    return this.getMade(principal, id);
  }

  /**
   * Changes only what is named, if `version` is still the role's. Scopes that are added reach everybody whom the role
   * is bound to, so that the caller must hold them on the role's tree, or everywhere for a global role.
   * @throws DomainError `not_found`, `forbidden`, `invalid`, `conflict` (stale, built in, or bound further than the caller reaches)
   */
  async update(
    principal: AuthenticatedPrincipal,
    id: number,
    { version, ...changes }: RoleFields & { readonly version?: number | undefined },
  ): Promise<RoleView> {
    const role = await this.getOwnMade(principal, 'role:write', id);
    const scopes = checkRole(changes, role.tree ? 'tree' : 'global');
    await translatingTakenNames(() =>
      this.audit.transaction(async () => {
        const current = await this.roles.lock(id);
        if (!current) throw notFound();
        if (version !== current.version) throw staleVersion(current.version);
        const added = (scopes ?? []).filter((scope) => !current.scopes.includes(scope));
        if (added.length > 0) await this.assertMayAdd(principal, role, added);
        await this.roles.update(id, { ...changes, scopes });
        const facts = changedFacts({ ...role }, { ...changes, scopes });
        await this.audit.record(principal, { action: 'role.update', target: targetOf(role), ...facts });
      }),
    );
    return this.getMade(principal, id);
  }

  /** @throws DomainError `not_found`, `forbidden`, `conflict` (built in, or bound) */
  async delete(principal: AuthenticatedPrincipal, id: number): Promise<void> {
    const role = await this.getOwnMade(principal, 'role:delete', id);
    const { description, scopes } = role;
    await this.audit.transaction(async () => {
      await this.roles.lock(id);
      if (await this.roles.isBound(id)) throw stillBound();
      await this.roles.delete(id);
      const target = targetOf(role);
      await this.audit.record(principal, { action: 'role.delete', target, before: { description, scopes } });
    });
  }

  /** As it is now, also for an editor who has just taken the sight of it from themselves. */
  private async getMade({ subjectIds }: AuthenticatedPrincipal, id: number): Promise<RoleView> {
    const role = await this.roles.findView(subjectIds, id);
    if (!role) throw notFound();
    return role;
  }

  private listRows(
    principal: AuthenticatedPrincipal,
    { namespace, ...query }: PageQuery & { namespace?: string | undefined },
  ): Promise<RoleView[]> {
    if (namespace === undefined) return this.roles.listGlobal(query);
    const { owner = principal.username, names } = parseNamespacePath(namespace);
    return this.namespaces.listContents(principal, owner, names.join('/'), rolesOfTree(query));
  }

  private async holdRoot(principal: AuthenticatedPrincipal, text: string): ReturnType<NamespacesService['hold']> {
    const { owner = principal.username, names } = parseNamespacePath(text);
    const node = await this.namespaces.hold(principal, owner, names.join('/'));
    if (node.parentId === null) return node;
    throw DomainError.field('invalid', 'namespace', 'Roles belong to the root of a tree; name that');
  }

  private async getOwnMade(principal: AuthenticatedPrincipal, scope: Scope, id: number): Promise<RoleView> {
    const role = await this.get(principal, id);
    if (role.builtIn) throw builtIn(role.name);
    assertMayManage(principal, scope, standingOf(role));
    return role;
  }

  private async assertMayAdd(
    principal: AuthenticatedPrincipal,
    role: RoleView,
    added: readonly Scope[],
  ): Promise<void> {
    const standing = standingOf(role);
    assertHolds(principal, added, standing);
    const globalOnly = installationScopes(added).length > 0;
    const target = { namespaceId: role.tree?.id ?? null, imageId: null, standing };
    const until = await this.limits.until(principal, added, target);
    if (await this.roles.reachesBeyond(role.id, globalOnly, until)) throw cannotWiden();
  }
}

function standingOf({ tree, held }: RoleView): Standing {
  return tree ? { ownerId: tree.ownerId, held } : INSTALLATION;
}

function isVisible(principal: AuthenticatedPrincipal, { tree, held }: RoleView): boolean {
  return tree === null || maySee(principal, 'namespace:read', { ...tree, held });
}

function assertMayManage(principal: AuthenticatedPrincipal, scope: Scope, standing: Standing): void {
  if (holds(principal, scope, standing)) return;
  throw lacksScope(scope, standing === INSTALLATION ? 'on the whole installation' : 'on this namespace');
}

function assertHolds(principal: AuthenticatedPrincipal, scopes: readonly Scope[], standing: Standing): void {
  const missing = notHeldOf(principal, scopes, standing);
  if (missing.length > 0) throw notHeld(missing);
}

async function translatingTakenNames<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedUniqueConstraint(error) === 'roles_name_key') throw roleNameTaken();
    throw error;
  }
}

function targetOf({ id, name }: Pick<RoleView, 'id' | 'name'>): AuditTarget {
  return { kind: 'role', id, name };
}
