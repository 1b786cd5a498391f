import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What its header says a QCOW2 file is. */
export interface BlobFormat {
  readonly version: 2 | 3;
  /** Bytes. */
  readonly clusterSize: number;
  /** The method of compressed clusters, whether or not there are any. */
  readonly compression: 'zlib' | 'zstd';
  readonly hasCompressedClusters: boolean;
  readonly extendedL2: boolean;
}

/** Immutable QCOW2 bytes; images that have the same ones share it. */
@Entity('blobs')
export class Blob {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  /** SHA-256, 32 bytes. */
  @Column('bytea')
  sha256: Buffer;

  /** PostgreSQL's bigint, which the driver hands over as text. */
  @Column('bigint', { name: 'size_bytes' })
  sizeBytes: string;

  @Column('bigint', { name: 'virtual_size_bytes' })
  virtualSizeBytes: string;

  @Column('jsonb')
  format: BlobFormat;

  /** Where the store keeps it; random. */
  @Column('text', { name: 'storage_key' })
  storageKey: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
