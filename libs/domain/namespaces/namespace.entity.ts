import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Visibility } from './visibility.js';

/** A node of a user's tree. Visibility and collaborators are decided on its root and hold for all below. */
@Entity('namespaces')
export class Namespace {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('integer', { name: 'user_id' })
  userId: number;

  /** Its own id for a root. */
  @Column('integer', { name: 'root_id' })
  rootId: number;

  @Column('integer', { name: 'parent_id', nullable: true })
  parentId: number | null;

  /** Its ancestors' ids from the root down, and its own: a binding on any of them counts for it. */
  @Column('integer', { array: true })
  lineage: number[];

  /** As it was typed; unique under its parent whatever the case. */
  @Column('text')
  name: string;

  /** Names from the root down, joined by slashes. */
  @Column('text')
  path: string;

  /** 0 for a root, 19 at most. */
  @Column('integer')
  level: number;

  @Column('text', { default: '' })
  description: string;

  /** The root's, repeated. */
  @Column('text', { default: 'private' })
  visibility: Visibility;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
