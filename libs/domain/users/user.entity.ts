import type { GlobalRole } from '#kernel';
import { Column, Entity, PrimaryGeneratedColumn, VirtualColumn } from 'typeorm';

/** What can be made as a user. */
export const USER_KINDS = ['person', 'service'] as const;
export type UserKind = (typeof USER_KINDS)[number];

/** A team's account owns things like a user's; nobody signs in to it. */
export type AccountKind = UserKind | 'team';

/** Of a user `u`: the team it belongs to, or the owner of the tree of its namespace; null where it belongs to neither. */
export const managerIdOf = (u: string): string =>
  `coalesce(${u}.owner_id, (SELECT home.user_id FROM namespaces home WHERE home.id = ${u}.namespace_id))`;

/** An account: a person's, a service's or a team's. */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  /** 3 to 30 letters, digits, dots or dashes; unique among live users whatever the case. */
  @Column('text')
  username: string;

  @Column('text')
  email: string;

  @Column('text')
  kind: AccountKind;

  @Column('text')
  role: GlobalRole;

  /** Argon2id in PHC form, or null where no password is set. */
  @Column('text', { name: 'password_hash', nullable: true, select: false })
  passwordHash: string | null;

  /** Whether they are in a team or have a binding, or ever had. The database keeps it. */
  @Column({ type: 'boolean', name: 'has_grants', default: false, select: false, insert: false, update: false })
  hasGrants: boolean;

  /** The team whose leads manage it, for a service account that has one. */
  @Column('integer', { name: 'owner_id', nullable: true })
  ownerId: number | null;

  /** The namespace it belongs to, for a service account that has one; whoever owns the tree manages it. Never with `ownerId`. */
  @Column('integer', { name: 'namespace_id', nullable: true })
  namespaceId: number | null;

  /** Who manages it: see `managerIdOf`. */
  @VirtualColumn({ type: 'integer', query: managerIdOf })
  managerId: number | null;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
