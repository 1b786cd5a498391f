import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** How much an account, or a root namespace, may hold. Numbers are PostgreSQL's bigint, which the driver hands over as text. */
@Entity('quotas')
export class Quota {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  /** A user's or a team's; null where it is a root namespace's quota. */
  @Column('integer', { name: 'account_id', nullable: true })
  accountId: number | null;

  @Column('integer', { name: 'namespace_id', nullable: true })
  namespaceId: number | null;

  /** Null for no limit. */
  @Column('bigint', { name: 'limit_bytes', nullable: true })
  limitBytes: string | null;

  @Column('bigint', { name: 'limit_images', nullable: true })
  limitImages: string | null;

  /** What was held when the limits were last set: it may stay, also above them. */
  @Column('bigint', { name: 'held_bytes', default: 0 })
  heldBytes: string;

  @Column('bigint', { name: 'held_images', default: 0 })
  heldImages: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
