import { hash } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { DomainError, type GlobalRole, isAdmin, type Page, type Principal, SCOPES } from '#kernel';
import { Database, violatedUniqueConstraint } from '#platform/database';
import { checkUserInput } from './user-rules.js';
import type { User, UserKind } from './user.entity.js';
import { adminsOnly, lastAdmin, stillOwns, takenName, userNotFound } from './users.errors.js';
import { type UserPageQuery, UsersRepository } from './users.repository.js';

export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly password?: string | undefined;
  readonly kind?: UserKind | undefined;
  readonly role?: GlobalRole | undefined;
}

export interface UserChanges {
  readonly email?: string | undefined;
  /** `null` removes the password. */
  readonly password?: string | null | undefined;
  readonly disabled?: boolean | undefined;
  readonly role?: GlobalRole | undefined;
}

/** People and service accounts. Admins manage all of them; everybody may change their own email and password. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly database: Database,
  ) {}

  async list(query: UserPageQuery): Promise<Page<User>> {
    const rows = await this.users.list(query);
    return {
      items: rows.slice(0, query.limit),
      hasPrevious: query.page > 1,
      hasNext: rows.length > query.limit,
    };
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

  /** @throws DomainError `forbidden`, `invalid` (also for a username or email that is taken) */
  async create(principal: Principal, input: NewUser): Promise<User> {
    if (!isAdmin(principal)) throw adminsOnly();
    if (input.role === 'admin') assertMayMakeAdmin(principal);
    return this.insert(input);
  }

  /** The first admin of an installation, or null where there are users already. */
  createFirstAdmin(): Promise<User | null> {
    return this.database.transaction(async () => {
      await this.users.lockAll(); // processes that start together make one admin between them
      if ((await this.users.countAll()) > 0) return null;
      return this.insert({ username: 'admin', email: 'admin@localhost', role: 'admin' });
    });
  }

  /** @throws DomainError `not_found`, `forbidden`, `invalid`, `conflict` (the last admin) */
  async update(principal: Principal, username: string, changes: UserChanges): Promise<User> {
    const user = await this.get(username);
    this.assertMayChange(principal, user, changes);
    if (changes.role === 'admin' && user.role !== 'admin') assertMayMakeAdmin(principal);
    checkUserInput({ email: changes.email, password: changes.password ?? undefined });
    await this.translatingTakenNames(() =>
      this.database.transaction(async () => {
        if (changes.disabled === true || changes.role === 'member') await this.assertNotLastAdmin(user);
        await this.users.update(user.id, await toColumns(changes, user));
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
      const belongings = await this.users.countBelongings(user.id);
      if (belongings.images + belongings.namespaces > 0) throw stillOwns(belongings);
      await this.users.softDelete(user.id);
    });
  }

  private async insert({ username, email, password, kind = 'person', role = 'member' }: NewUser): Promise<User> {
    checkUserInput({ username, email, password });
    const passwordHash = password === undefined ? null : await hash(password);
    return this.translatingTakenNames(() => this.users.insert({ username, email, kind, role, passwordHash }));
  }

  private assertMayChange(principal: Principal, user: User, changes: UserChanges): void {
    if (isAdmin(principal)) return;
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
  if (missing.length > 0) {
    throw new DomainError('forbidden', `You cannot grant what you do not hold: ${missing.join(', ')}`);
  }
}

/** What was not named is undefined, and stays; argon2id with the library's defaults (RFC 9106's second recommendation). */
async function toColumns(
  { email, password, disabled, role }: UserChanges,
  user: User,
): Promise<{ [Name in keyof User]?: User[Name] | undefined }> {
  return {
    email,
    role,
    passwordHash: typeof password === 'string' ? await hash(password) : password,
    disabledAt: disabled === true ? (user.disabledAt ?? new Date()) : disabled === false ? null : undefined,
  };
}
