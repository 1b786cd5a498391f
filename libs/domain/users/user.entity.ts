import type { GlobalRole } from '#kernel';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What can be made as a user. */
export const USER_KINDS = ['person', 'service'] as const;
export type UserKind = (typeof USER_KINDS)[number];

/** A team's account owns things like a user's; nobody signs in to it. */
export type AccountKind = UserKind | 'team';

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

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
