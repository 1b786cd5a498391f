import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import type { Work } from '#domain/operations';
import { UserPrincipals } from '#domain/users';
import { BuildBases, type FoundBases } from './build-bases.js';
import { type Build, BuildsRepository } from './builds.repository.js';
import { type OpenContext, SentContext } from './sent-context.js';

/** All that a build needs. */
export interface Materials {
  readonly recipe: Build;
  readonly bases: FoundBases;
  /** What was sent to copy from; undefined where nothing was. */
  readonly sent: OpenContext | undefined;
  /** Whose layers it may use: those that the same user built for the same owner. Nobody else's, lest one poisons another's. */
  readonly cacheKey: string;
  /** The same for the same input, so that the same disk comes of it. */
  readonly seed: string;
}

/** Gathers what a build needs, in the name of who asked for it and with the rights that they have now. */
@Injectable()
export class BuildMaterials {
  constructor(
    private readonly builds: BuildsRepository,
    private readonly users: UserPrincipals,
    private readonly bases: BuildBases,
    private readonly contexts: SentContext,
  ) {}

  /**
   * @param dir a folder for what must be a local file
   * @throws DomainError `invalid`, `not_found`, `forbidden`; as `SentContext.open`
   */
  async gather(work: Work, dir: string): Promise<Materials> {
    const { imageId, authorId } = work.operation;
    const recipe = await this.builds.find(imageId);
    if (!recipe) throw new DomainError('not_found', 'The image was deleted');
    const author = await this.users.find(authorId);
    if (!author) throw new DomainError('forbidden', 'Whoever asked for the build may do nothing here any more');
    const bases = await this.bases.find(author, recipe.dockerfile, recipe.options);
    const sent = recipe.context ? await this.contexts.open(work, join(dir, 'context')) : undefined;
    return { recipe, bases, sent, cacheKey: `${recipe.ownerId}-${authorId}`, seed: seedOf(recipe, bases) };
  }
}

function seedOf({ dockerfile, context, options }: Build, { own }: FoundBases): string {
  const input = [dockerfile, context?.sha256 ?? '', options, own.map(({ sha256 }) => sha256)];
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}
