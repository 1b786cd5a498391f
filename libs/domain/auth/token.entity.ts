import type { Scope } from '#kernel';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** How a credential is proven: by its secret, by signatures of its key, or by a secret that only a dialect of its own takes. */
export type CredentialKind = 'bearer' | 'signing_key' | 'api_key';

/** A credential of one user. Its secret is shown once and kept as a hash. */
@Entity('tokens')
export class Token {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('integer', { name: 'user_id' })
  userId: number;

  @Column('text')
  name: string;

  /** What is called a token is of the kind `bearer`; the other kinds have a row in a table of their own, too. */
  @Column('text', { default: 'bearer' })
  kind: CredentialKind;

  /** Null for a signing key, which has none. */
  @Column('bytea', { name: 'secret_hash', nullable: true, select: false })
  secretHash: Buffer | null;

  /** The secret before the last rotation, which is still good until `previousUntil`. */
  @Column('bytea', { name: 'previous_hash', nullable: true, select: false })
  previousHash: Buffer | null;

  @Column('timestamptz', { name: 'previous_until', nullable: true })
  previousUntil: Date | null;

  /** The networks that it counts from; empty for anywhere. */
  @Column('text', { array: true, default: '{}' })
  cidrs: string[];

  /** It acts in these namespaces, and all below, only; null together with `imageIds` for everywhere. */
  @Column('integer', { name: 'namespace_ids', array: true, nullable: true })
  namespaceIds: number[] | null;

  /** And on these images. */
  @Column('integer', { name: 'image_ids', array: true, nullable: true })
  imageIds: number[] | null;

  @Column('text', { array: true })
  scopes: Scope[];

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** To the minute. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
