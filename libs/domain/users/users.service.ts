import { hash } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { type GlobalRole, isAdmin, type Page, type Principal, SCOPES, pageOf } from '#kernel';
import { Database, violatedUniqueConstraint } from '#platform/database';
import { type AuditActor, AuditTrail, changedFacts } from '#domain/audit';
import { notHeld, owns } from '#domain/permissions';
import { type AccountHome, AccountHomes } from './account-homes.js';
import { factsOf, targetOf } from './user-audit.js';
import { factsOfChanges, toColumns, type UserChanges } from './user-changes.js';
import { checkOwnedAccount, checkUserInput, ownerOf } from './user-rules.js';
import type { User, UserKind } from './user.entity.js';
import {
  adminsOnly,
  lastAdmin,
  namespaceOwnersOnly,
  noSuchTeam,
  stillOwns,
  takenName,
  teamLeadsOnly,
  userNotFound,
} from './users.errors.js';
import { type UserPageQuery, UsersRepository } from './users.repository.js';

export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly password?: string | undefined;
  readonly kind?: UserKind | undefined;
  readonly role?: GlobalRole | undefined;
  /** Whose leads are to manage it, by name; for service accounts. */
  readonly team?: string | undefined;
}

/** A namespace that an account is to belong to. */
export interface AccountNamespace {
  readonly id: number;
  /** Who owns its tree. */
  readonly userId: number;
}

/** Whether it is a service account of a team that the caller leads, or of a namespace in a tree that is theirs. */
export function managesAccount(principal: Principal, { managerId }: Pick<User, 'managerId'>): boolean {
  return principal.kind === 'user' && managerId !== null && owns(principal, managerId);
}

/** People and service accounts. Admins manage all of them; everybody may change their own email and password. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly homes: AccountHomes,
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  async list(query: UserPageQuery): Promise<Page<User>> {
    const rows = await this.users.list(query);
    return pageOf(rows, query);
  }

  find(username: string): Promise<User | null> {
    return this.users.findByUsername(username);
  }

  /** @throws DomainError `not_found` */
  async get(username: string): Promise<User> {
    const user = await this.users.findByUsername(username);
    if (!user) throw userNotFound();
    return user;
  }

  /** By id. @throws DomainError `not_found` */
  async getById(id: number): Promise<User> {
    const user = await this.users.findById(id);
    if (!user) throw userNotFound();
    return user;
  }

  /** By username or email; also a team, by its name. */
  findByHandle(handle: string): Promise<User | null> {
    return this.users.findByHandle(handle);
  }

  /** As `find` by id; nobody changes or deletes it until the transaction ends. */
  hold(id: number): Promise<User | null> {
    return this.users.lock(id, 'to read');
  }

  /** As `hold`, of several: false where one is gone. */
  holdAll(ids: readonly number[]): Promise<boolean> {
    return this.users.holdAll(ids);
  }

  /** As `hold`, for who gets a role or comes into a team: the account notes that it did, for which two must not wait for each other. */
  holdToGrant(id: number): Promise<User | null> {
    return this.users.lock(id, 'to change');
  }

  /** @throws DomainError `forbidden`, `invalid` (also for a username or email that is taken), `conflict` (the team has too many) */
  async create(principal: Principal, input: NewUser): Promise<User> {
    if (input.team === undefined && !isAdmin(principal)) throw adminsOnly();
    if (input.role === 'admin') assertMayMakeAdmin(principal);
    return this.insert(principal, input, { ownerId: await this.resolveTeam(principal, input) });
  }

  /** A service account of a namespace that the caller sees, and whose tree they have locked to change. Throws as `create`. */
  async createIn(principal: Principal, { id, userId }: AccountNamespace, input: NewUser): Promise<User> {
    if (!isAdmin(principal) && !managesAccount(principal, { managerId: userId })) throw namespaceOwnersOnly();
    checkOwnedAccount('namespace', input.kind ?? 'person', input.role ?? 'member');
    return this.insert(principal, input, { namespaceId: id });
  }

  /** The first admin of an installation, or null where there are users already. */
  createFirstAdmin(): Promise<User | null> {
    return this.database.transaction(async () => {
      await this.users.lockAll(); // processes that start together make one admin between them
      if ((await this.users.countAll()) > 0) return null;
      return this.insert('system', { username: 'admin', email: 'admin@localhost', role: 'admin' });
    });
  }

  /** @throws DomainError `not_found`, `forbidden`, `invalid`, `conflict` (the last admin) */
  async update(principal: Principal, username: string, changes: UserChanges): Promise<User> {
    const user = await this.get(username);
    this.assertMayChange(principal, user, changes);
    const owner = ownerOf(user);
    if (owner) checkOwnedAccount(owner, user.kind, changes.role ?? user.role);
    if (changes.role === 'admin' && user.role !== 'admin') assertMayMakeAdmin(principal);
    checkUserInput({ email: changes.email, password: changes.password ?? undefined });
    await this.translatingTakenNames(() =>
      this.database.transaction(async () => {
        if (changes.disabled === true || changes.role === 'member') await this.assertNotLastAdmin(user);
        const held = await this.users.lock(user.id, 'to change');
        if (!held) throw userNotFound();
        this.assertMayChange(principal, held, changes); // again: its namespace may have become somebody else's
        await this.users.update(user.id, await toColumns(changes, user));
        await this.audit.record(principal, {
          action: 'user.update',
          target: targetOf(user),
          ...changedFacts(factsOf(user), factsOfChanges(changes)),
        });
      }),
    );
    return this.getById(user.id);
  }

  /** @throws DomainError `not_found`, `forbidden`, `conflict` (the last admin, or one that still owns something) */
  async delete(principal: Principal, username: string): Promise<void> {
    if (!isAdmin(principal)) throw adminsOnly();
    const user = await this.get(username);
    await this.database.transaction(async () => {
      await this.assertNotLastAdmin(user);
      if (!(await this.users.lock(user.id, 'to change'))) throw userNotFound();
      const belongings = await this.users.countBelongings(user.id);
      if (belongings.images + belongings.namespaces > 0) throw stillOwns(belongings);
      await this.users.softDelete(user.id);
      await this.audit.record(principal, { action: 'user.delete', target: targetOf(user), before: factsOf(user) });
    });
  }

  /** Null where it is to belong to no team. */
  private async resolveTeam(
    principal: Principal,
    { team: name, kind = 'person', role = 'member' }: NewUser,
  ): Promise<number | null> {
    if (name === undefined || principal.kind === 'anonymous') return null;
    const team = await this.users.findTeam(name);
    if (!team || !(isAdmin(principal) || principal.subjectIds.includes(team.id))) throw noSuchTeam();
    if (!isAdmin(principal) && !owns(principal, team.id)) throw teamLeadsOnly();
    checkOwnedAccount('team', kind, role);
    return team.id;
  }

  private async insert(actor: AuditActor, input: NewUser, home: AccountHome = {}): Promise<User> {
    const { username, email, password, kind = 'person', role = 'member' } = input;
    checkUserInput({ username, email, password });
    const passwordHash = password === undefined ? null : await hash(password);
    return this.translatingTakenNames(() =>
      this.database.transaction(async () => {
        await this.homes.assertRoom(home);
        const user = await this.users.insert({ username, email, kind, role, ...home, passwordHash });
        await this.audit.record(actor, { action: 'user.create', target: targetOf(user), after: factsOf(user) });
        return user;
      }),
    );
  }

  private assertMayChange(principal: Principal, user: User, changes: UserChanges): void {
    if (isAdmin(principal)) return;
    if (managesAccount(principal, user) && changes.role === undefined) return;
    const own = principal.kind === 'user' && principal.userId === user.id;
    if (!own || changes.disabled !== undefined || changes.role !== undefined) throw adminsOnly();
  }

  private async assertNotLastAdmin(user: User): Promise<void> {
    if (await this.users.isOnlyAdmin(user.id)) throw lastAdmin();
  }

  private async translatingTakenNames<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw takenName(violatedUniqueConstraint(error)) ?? error;
    }
  }
}

/** An admin holds every scope: a token of fewer must not make one, whose own tokens would have them all. */
function assertMayMakeAdmin(principal: Principal): void {
  const missing = principal.kind === 'user' ? SCOPES.filter((scope) => !principal.scopes.has(scope)) : SCOPES;
  if (missing.length > 0) throw notHeld(missing);
}
