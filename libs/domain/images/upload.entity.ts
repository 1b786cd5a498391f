import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A reference whose bytes are on their way; it goes in the transaction that makes the image, or when the push fails. */
@Entity('uploads')
export class Upload {
  /** Also names the staged bytes. */
  @PrimaryColumn('uuid')
  id: string;

  /** The process that receives the bytes; see InstanceLock. */
  @Column('integer', { name: 'instance_id' })
  instanceId: number;

  @Column('integer', { name: 'user_id' })
  userId: number;

  @Column('integer', { name: 'author_id' })
  authorId: number;

  /** Lower case; empty for none. */
  @Column('text', { name: 'namespace_path' })
  namespacePath: string;

  @Column('text')
  name: string;

  @Column('text')
  tag: string;

  /** Where the bytes will be, or are while no image has them yet. */
  @Column('text', { name: 'storage_key' })
  storageKey: string;

  /** What it holds of quotas; 0 until it has asked. PostgreSQL's bigint, which the driver hands over as text. */
  @Column('bigint', { name: 'reserved_bytes', default: 0 })
  reservedBytes: string;

  /** False where the image is there, and counted, and waits for its bytes. */
  @Column('boolean', { name: 'adds_image', default: true })
  addsImage: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
