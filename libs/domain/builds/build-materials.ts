import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { type BuildContext, BuildContexts } from '#platform/build-context';
import { Config } from '#platform/config';
import { ImageSourcesService, type OpenSource } from '#domain/images';
import type { Work } from '#domain/operations';
import { UserPrincipals } from '#domain/users';
import { BuildBases, type FoundBases } from './build-bases.js';
import { type Build, BuildsRepository } from './builds.repository.js';

/** All that a build needs. */
export interface Materials {
  readonly recipe: Build;
  readonly bases: FoundBases;
  /** What was sent to copy from, undefined where nothing was; freed with the result. */
  readonly source: OpenSource | undefined;
  readonly context: BuildContext | undefined;
  /** Whose layers it may use: those that the same user built for the same owner. Nobody else's, lest one poisons another's. */
  readonly cacheKey: string;
  /** The same for the same input, so that the same disk comes of it. */
  readonly seed: string;
}

/** No honest archive packs more into a byte. */
const MAX_RATIO = 1_000;
const MAX_ENTRIES = 1_000_000;

/** Gathers what a build needs, in the name of who asked for it and with the rights that they have now. */
@Injectable()
export class BuildMaterials {
  constructor(
    private readonly builds: BuildsRepository,
    private readonly users: UserPrincipals,
    private readonly bases: BuildBases,
    private readonly sources: ImageSourcesService,
    private readonly contexts: BuildContexts,
    private readonly config: Config,
  ) {}

  /**
   * @param dir a folder for what must be a local file
   * @throws DomainError `invalid`, `not_found`, `forbidden`; BuildContextRefusedError; as decompression does
   */
  async gather({ operation, log }: Work, dir: string): Promise<Materials> {
    const recipe = await this.builds.find(operation.imageId);
    if (!recipe) throw new DomainError('not_found', 'The image was deleted');
    const author = await this.users.find(operation.authorId);
    if (!author) throw new DomainError('forbidden', 'Whoever asked for the build may do nothing here any more');
    const bases = await this.bases.find(author, recipe.dockerfile, recipe.options);
    const found = { recipe, bases, cacheKey: `${recipe.ownerId}-${operation.authorId}`, seed: seedOf(recipe, bases) };
    if (!recipe.context) return { ...found, source: undefined, context: undefined };
    const source = await this.sources.get(operation.imageId);
    log.write(`Received a build context of ${source.sizeBytes} bytes with SHA-256 ${source.sha256}`);
    return { ...found, source, context: await this.openContext(source, join(dir, 'context'), log) };
  }

  private async openContext(source: OpenSource, path: string, log: Work['log']): Promise<BuildContext> {
    await source.lend(path);
    const { diskBytes: maxBytes } = this.config.buildLimits;
    const context = await this.contexts.open(path, {
      maxBytes,
      maxEntryBytes: maxBytes,
      maxEntries: MAX_ENTRIES,
      maxRatio: MAX_RATIO,
    });
    const { format, compression = 'not packed', facts } = context;
    log.write(
      `It is a ${format} archive (${compression}) of ${facts.entries} entries, ${facts.bytes} bytes${facts.ignored > 0 ? `, without ${facts.ignored} that .dockerignore names` : ''}`,
    );
    return context;
  }
}

function seedOf({ dockerfile, context, options }: Build, { own }: FoundBases): string {
  const input = [dockerfile, context?.sha256 ?? '', options, own.map(({ sha256 }) => sha256)];
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}
