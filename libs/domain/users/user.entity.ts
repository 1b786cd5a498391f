import type { GlobalRole } from '#kernel';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const USER_KINDS = ['person', 'service'] as const;
export type UserKind = (typeof USER_KINDS)[number];

/** A person or a service account. */
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
  kind: UserKind;

  @Column('text')
  role: GlobalRole;

  /** Argon2id in PHC form, or null where no password is set. */
  @Column('text', { name: 'password_hash', nullable: true, select: false })
  passwordHash: string | null;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
