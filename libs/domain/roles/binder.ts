import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { Database, violatedUniqueConstraint } from '#platform/database';
import { type User, UsersService } from '#domain/users';
import { INSTALLATION } from '#domain/permissions';
import type { readSubject } from './binding-input.js';
import { BindingsRepository } from './bindings.repository.js';
import { Grants } from './grants.js';
import { installationScopes } from './role-scopes.js';
import { alreadyBound, notFound } from './roles.errors.js';
import { RolesRepository } from './roles.repository.js';
import type { Target } from './targets.js';

/** What there is to bind, and the binding of it, in one transaction: the role stays as it is until that ends. */
@Injectable()
export class Binder {
  constructor(
    private readonly roles: RolesRepository,
    private readonly bindings: BindingsRepository,
    private readonly users: UsersService,
    private readonly grants: Grants,
    private readonly database: Database,
  ) {}

  /** Nobody deletes it until the transaction ends. @throws DomainError `not_found` */
  async holdSubject({ kind, name }: ReturnType<typeof readSubject>): Promise<number> {
    const account: User | null = kind === 'user' ? await this.users.get(name) : await this.users.findByHandle(name);
    if (!account || (kind === 'team') !== (account.kind === 'team')) throw notFound();
    if (!(await this.users.holdToGrant(account.id))) throw notFound();
    return account.id;
  }

  async bind(
    principal: AuthenticatedPrincipal,
    target: Target,
    { role: text, subjectId, wanted }: { role: string; subjectId: number; wanted: Date | null | undefined },
  ): Promise<number> {
    const { namespaceId, imageId, rootId } = target;
    return translatingDoubles(() =>
      this.database.transaction(async () => {
        const role = await this.roles.holdForBinding(text, rootId);
        if (!role) throw notFound();
        const global = installationScopes(role.scopes);
        if (global.length > 0 && target.standing !== INSTALLATION) {
          throw DomainError.field(
            'invalid',
            'role',
            `Only on the whole installation can anybody have ${global.join(', ')}`,
          );
        }
        const expiresAt = await this.grants.allow(principal, target, role.scopes, wanted);
        const createdBy = principal.userId;
        return this.bindings.insert({ roleId: role.id, subjectId, namespaceId, imageId, createdBy, expiresAt });
      }),
    );
  }
}

async function translatingDoubles<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedUniqueConstraint(error) === 'bindings_key') throw alreadyBound();
    throw error;
  }
}
