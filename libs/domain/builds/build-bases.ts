import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { Config } from '#platform/config';
import { type DockerfileReading, type ImageName, readDockerfile } from '#platform/dockerfile';
import type { BuildBase } from '#platform/image-builder';
import { maskUrl } from '#platform/outbound';
import { ImageArtefactsService, ImagesService, parseImageReference } from '#domain/images';
import type { BuildOptions } from './build-options.js';

/** What a Dockerfile begins with, all of it there and allowed. */
export interface FoundBases {
  /** Of this registry. */
  readonly own: readonly BuildBase[];
  /** Of others, as the Dockerfile names them; `http://` before those of registries without TLS. */
  readonly pulls: readonly string[];
}

/** Whose a name without a host and an owner is, as everywhere. */
const DOCKER = 'docker.io';

/** What images call the machines that we call otherwise. */
const ARCHITECTURE = { x86_64: 'amd64', aarch64: 'arm64' } as const;

/** Finds the images that a Dockerfile begins with, and copies from; and what it has that cannot be here. */
@Injectable()
export class BuildBases {
  constructor(
    private readonly images: ImagesService,
    private readonly artefacts: ImageArtefactsService,
    private readonly config: Config,
  ) {}

  /**
   * `owner/name:tag` must have been built here, and be the caller's to read; a name with a host is another registry's, and
   * one without an owner Docker's, for the operator to allow.
   * @throws DomainError `invalid` that blames `dockerfile` and names each line that is wrong
   */
  async find(principal: AuthenticatedPrincipal, text: string, { disk, args }: BuildOptions): Promise<FoundBases> {
    const reading = readDockerfile(text, { architecture: ARCHITECTURE[disk.architecture], buildArgs: args });
    const said = reading.problems.map(({ line, problem }) => at(line, problem));
    const [own, pulls] = [new Map<string, BuildBase>(), new Set<string>()];
    for (const { line, image } of imagesOf(reading)) {
      try {
        if (isOwn(image)) own.set(image.text, await this.findOwn(principal, image));
        else pulls.add(this.allowed(image));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        said.push(at(line, error.message));
      }
    }
    said.push(...this.forbiddenFetches(reading));
    if (said.length > 0) throw new DomainError('invalid', said.join('; '), { fields: { dockerfile: said } });
    return { own: [...own.values()], pulls: [...pulls] };
  }

  /** One that the caller may not see is as good as none. */
  private async findOwn(principal: AuthenticatedPrincipal, { text, digest }: ImageName): Promise<BuildBase> {
    if (digest !== null) throw invalid(`${text}: images of this registry are named by tag, not by digest`);
    const image = await this.images.find(principal, parseImageReference(text));
    if (!image) throw invalid(`there is no image ${text} that you may read`);
    const artefact = await this.artefacts.find(image.id, 'root-filesystem');
    if (!artefact) throw invalid(`${text} is no base: only an image that was built here has a root filesystem`);
    return { reference: text, sha256: artefact.sha256, open: () => this.artefacts.open(artefact) };
  }

  /** Steps have no network unless the operator lets them; that is better said before than by what fails then. */
  private forbiddenFetches({ stages }: DockerfileReading): string[] {
    if (this.config.buildNetwork) return [];
    return stages
      .flatMap(({ fetches }) => fetches)
      .map(({ line, url }) =>
        at(
          line,
          `ADD ${maskUrl(url)} needs the network, which builds here have not; put the file into the context. The operator’s setting is BUILD_NETWORK`,
        ),
      );
  }

  private allowed({ text, host }: ImageName): string {
    const registry = host ?? DOCKER;
    const { buildRegistries: told } = this.config;
    if (told.includes(`http://${registry}`)) return `http://${text}`;
    const names = told.map((name) => name.replace(/^https?:\/\//, ''));
    if (names.includes(registry)) return text;
    const allowed = names.length > 0 ? `only ${names.join(', ')} may be used` : 'no other registry may be used';
    throw invalid(
      `${text} is an image of ${registry}, but here ${allowed}; the operator’s setting is BUILD_REGISTRIES`,
    );
  }
}

function* imagesOf({ stages }: DockerfileReading): Generator<{ line: number; image: ImageName }> {
  for (const source of stages.flatMap(({ base, uses }) => [base, ...uses])) if (source.kind === 'image') yield source;
}

const isOwn = ({ host, path }: ImageName): boolean => host === null && path.includes('/');

const invalid = (message: string): DomainError => new DomainError('invalid', message);

const at = (line: number, message: string): string => (line === 0 ? message : `Line ${line}: ${message}`);
