import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, mayEverywhere } from '#kernel';
import { cannotOwn, ownerOf, UsersService } from '#domain/users';
import { owns } from '#domain/permissions';

/** The account that a tree belongs to. */
export interface Owner {
  readonly id: number;
  readonly username: string;
}

const noSuchOwner = (): DomainError => DomainError.field('invalid', 'owner', 'No such owner');

/** Whose trees a caller may make. */
@Injectable()
export class NamespaceOwners {
  constructor(private readonly users: UsersService) {}

  /**
   * A user or a team by name; the caller unless told.
   * @throws DomainError `invalid` that blames `owner`, `forbidden` for one that gets nothing of its own
   */
  async resolve(principal: AuthenticatedPrincipal, name: string | undefined): Promise<Owner> {
    if (name === undefined) {
      if (principal.ownsNothing) throw cannotOwn(principal.username);
      return { id: principal.userId, username: principal.username };
    }
    const owner = await this.users.findByHandle(name);
    if (!owner) throw noSuchOwner();
    if (ownerOf(owner)) throw cannotOwn(owner.username);
    return owner;
  }

  /**
   * A new root is for its owner, for the leads of a team, and for who may write namespaces everywhere.
   * @throws DomainError `forbidden` to the members of a team; `invalid` to all others, as if there were no such owner
   */
  assertMayMakeRoot(principal: AuthenticatedPrincipal, { id }: Owner): void {
    if (owns(principal, id) || mayEverywhere(principal, 'namespace:write')) return;
    if (!principal.subjectIds.includes(id)) throw noSuchOwner();
    throw new DomainError('forbidden', 'Only the leads of a team make root namespaces for it');
  }

  /** Keeps the owner from being deleted until the transaction ends. @throws DomainError `invalid` where it has been */
  async hold({ id }: Owner): Promise<void> {
    if (!(await this.users.hold(id))) throw noSuchOwner();
  }
}
