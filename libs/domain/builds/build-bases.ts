import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { Config } from '#platform/config';
import { readDockerfile } from '#platform/dockerfile';
import type { BuildBase } from '#platform/image-builder';
import { ImageArtefactsService, ImagesService, parseImageReference } from '#domain/images';
import type { BuildOptions } from './build-options.js';
import { type Reference, readReference } from './base-reference.js';

/** What a Dockerfile begins with, all of it there and allowed. */
export interface FoundBases {
  /** Of this registry. */
  readonly own: readonly BuildBase[];
  /** Of others, as the Dockerfile names them; `http://` before those of registries without TLS. */
  readonly pulls: readonly string[];
}

/** Finds the images that a Dockerfile begins with, and copies from. */
@Injectable()
export class BuildBases {
  constructor(
    private readonly images: ImagesService,
    private readonly artefacts: ImageArtefactsService,
    private readonly config: Config,
  ) {}

  /**
   * Those of this registry must have been built here, and be the caller's to read; those of others, the operator's to allow.
   * @throws DomainError `invalid` that blames `dockerfile` and names each line that is wrong
   */
  async find(principal: AuthenticatedPrincipal, text: string, options: BuildOptions): Promise<FoundBases> {
    const { references, problems } = readDockerfile(text, { buildArgs: options.args, target: options.target });
    const said = problems.map(({ line, message }) => at(line, message));
    const own: BuildBase[] = [];
    const pulls: string[] = [];
    for (const { line, reference } of references) {
      try {
        const read = readReference(reference);
        if (read.kind === 'own') own.push(await this.findOwn(principal, read));
        else pulls.push(this.allowed(read));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        said.push(at(line, error.message));
      }
    }
    if (said.length > 0) throw new DomainError('invalid', said.join('; '), { fields: { dockerfile: said } });
    return { own, pulls };
  }

  /** One that the caller may not see is as good as none. */
  private async findOwn(principal: AuthenticatedPrincipal, { name }: Reference): Promise<BuildBase> {
    const image = await this.images.find(principal, parseImageReference(name));
    if (!image) throw new DomainError('invalid', `there is no image ${name} that you may read`);
    const artefact = await this.artefacts.find(image.id, 'root-filesystem');
    if (!artefact) {
      throw new DomainError('invalid', `${name} is no base: only an image that was built here has a root filesystem`);
    }
    return { reference: name, sha256: artefact.sha256, open: () => this.artefacts.open(artefact) };
  }

  private allowed({ name, registry }: Reference): string {
    const { buildRegistries: told } = this.config;
    const allowed = told.map((text) => text.replace(/^https?:\/\//, ''));
    if (told.includes(`http://${registry}`)) return `http://${name}`;
    if (allowed.includes(registry)) return name;
    const which = allowed.length > 0 ? `only ${allowed.join(', ')} may be used` : 'no other registry may be used';
    throw new DomainError('invalid', `${name} is an image of ${registry}, but here ${which}; the operator’s setting is BUILD_REGISTRIES`);
  }
}

const at = (line: number, message: string): string => `Line ${line}: ${message}`;
