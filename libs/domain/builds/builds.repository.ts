import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { BuildOptions } from './build-options.js';

/** An image that a build began with, and which bytes it stood for. */
export interface BuildBase {
  /** As the Dockerfile names it. */
  readonly reference: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
}

/** The bytes of a build context, as they were sent. */
export interface ContextFacts {
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What an image is built of. */
export interface BuildRecipe {
  readonly dockerfile: string;
  /** Null where the build has no files but the Dockerfile. */
  readonly context: ContextFacts | null;
  readonly options: BuildOptions;
  /** Words of whoever asked, which mean nothing to us. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What it was built with. */
export interface BuildProvenance {
  readonly bases: readonly BuildBase[];
  /** Program and version. */
  readonly builder: string;
}

/** A recipe with its provenance, which is null until it is built. */
export interface Build extends BuildRecipe {
  /** Whose image it is. */
  readonly ownerId: number;
  readonly provenance: BuildProvenance | null;
}

interface BuildRow extends Omit<Build, 'context' | 'provenance'> {
  readonly contextSha256: string | null;
  readonly contextSizeBytes: number;
  readonly bases: readonly BuildBase[] | null;
  readonly builder: string;
}

/** The only queries on builds. A row goes with its image. */
@Injectable()
export class BuildsRepository {
  constructor(private readonly database: Database) {}

  /** Inside the transaction that makes the image. */
  async insert(imageId: number, { dockerfile, context, options, annotations }: BuildRecipe): Promise<void> {
    await this.database.query(
      `INSERT INTO image_builds (image_id, dockerfile, context_sha256, context_size_bytes, options, annotations)
       VALUES ($1, $2, decode($3, 'hex'), $4, $5, $6)`,
      [imageId, dockerfile, context?.sha256 ?? null, context?.sizeBytes ?? null, options, annotations],
    );
  }

  /** Inside the transaction that makes the image whole. */
  async finish(imageId: number, { bases, builder }: BuildProvenance): Promise<void> {
    await this.database.query('UPDATE image_builds SET bases = $2, builder = $3 WHERE image_id = $1', [
      imageId,
      JSON.stringify(bases),
      builder,
    ]);
  }

  async find(imageId: number): Promise<Build | undefined> {
    const [found] = await this.list([imageId]);
    return found?.[1];
  }

  /** Those of some images, by image. */
  async list(imageIds: readonly number[]): Promise<[number, Build][]> {
    const rows = await this.database.query<BuildRow & { readonly imageId: number }>(
      `SELECT image_id AS "imageId", i.user_id AS "ownerId", dockerfile, encode(context_sha256, 'hex') AS "contextSha256",
              context_size_bytes::float8 AS "contextSizeBytes", options, annotations, bases, builder
       FROM image_builds JOIN images i ON i.id = image_id WHERE image_id = ANY($1)`,
      [imageIds],
    );
    return rows.map((row) => [row.imageId, toBuild(row)]);
  }
}

function toBuild({ ownerId, dockerfile, options, annotations, ...row }: BuildRow): Build {
  const context = row.contextSha256 === null ? null : { sha256: row.contextSha256, sizeBytes: row.contextSizeBytes };
  const provenance = row.bases && { bases: row.bases, builder: row.builder };
  return { ownerId, dockerfile, context, options, annotations, provenance };
}
