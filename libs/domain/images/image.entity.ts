import type { Visibility } from '#domain/namespaces';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { ImageStatus } from './image-status.js';

/** Key and value pairs that users find images by. */
export type Labels = Record<string, string>;

/** The catalogue entry of one disk image. */
@Entity('images')
export class Image {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  /** The owner: of the namespace it is in, else the author. */
  @Column('integer', { name: 'user_id' })
  userId: number;

  @Column('integer', { name: 'author_id' })
  authorId: number;

  @Column('integer', { name: 'namespace_id', nullable: true })
  namespaceId: number | null;

  @Column('integer', { name: 'root_namespace_id', nullable: true })
  rootNamespaceId: number | null;

  @Column('text')
  name: string;

  @Column('text', { default: 'latest' })
  tag: string;

  @Column('text', { default: '' })
  description: string;

  @Column('jsonb', { default: {} })
  labels: Labels;

  /** Its own; the tree it is in may open it wider. */
  @Column('text', { default: 'private' })
  visibility: Visibility;

  /** Whether its own visibility or its tree's is public. */
  @Column('boolean', { name: 'is_public', default: false })
  isPublic: boolean;

  /** A protected image cannot be deleted. */
  @Column('boolean', { default: false })
  protected: boolean;

  @Column('text')
  status: ImageStatus;

  @Column('text', { name: 'status_reason', nullable: true })
  statusReason: string | null;

  @Column('integer', { name: 'blob_id', nullable: true })
  blobId: number | null;

  /** The operation that makes it, or made it; null for one that was pushed. */
  @Column('integer', { name: 'operation_id', nullable: true })
  operationId: number | null;

  /** Ids that clients make of its reference by themselves; the database keeps them. The first is of the reference as it is. */
  @Column({ type: 'uuid', name: 'derived_ids', array: true, insert: false, update: false, select: false })
  derivedIds: string[];

  @Column('timestamptz', { name: 'pulled_at', nullable: true })
  pulledAt: Date | null;

  @Column('integer', { name: 'pull_count', default: 0 })
  pullCount: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
