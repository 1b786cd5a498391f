import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { BuildsService, type NewBuild, readBuildOptions } from '#domain/builds';
import { ImagesService, type ImageView, ReferenceTakenError } from '#domain/images';
import { SpooledBodies } from '../../../http/spooled-bodies.js';
import { imageUuid } from '../chutes.ids.js';
import { fileBytes, type FormWords, readWords } from './build-form.js';
import { assertRecent, type BuildRequest, CONTEXT, readBuildRequest } from './build-request.js';

const NO_WORDS: FormWords = { texts: new Map(), files: new Set() };

/** Takes an image that is to be built. */
@Injectable()
export class BuildIntake {
  constructor(
    private readonly builds: BuildsService,
    private readonly images: ImagesService,
    private readonly bodies: SpooledBodies,
  ) {}

  /**
   * In the contract's order (1.4): the form, the user, the version, the reference.
   * @throws DomainError `invalid`, `unauthenticated`, `conflict`, and whatever the registry has against it
   */
  async receive(caller: AuthenticatedPrincipal, request: Request, response: Response): Promise<ImageView> {
    const { 'content-type': type = '', 'x-chutes-version': version } = request.headers;
    const body = await this.bodies.receive(request, response, caller.userId);
    const form = { contentType: type, open: () => body.open() };
    const asked = readBuildRequest(/^multipart\/form-data/i.test(type) ? await readWords(form) : NO_WORDS);
    if (asked.username !== caller.username) {
      throw new DomainError('unauthenticated', `Images are built for ${caller.username}, who asks`);
    }
    assertRecent(typeof version === 'string' ? version : undefined);
    const reference = `${asked.username}/${asked.name}:${asked.tag}`;
    const [uuid, taken] = [imageUuid(reference), `Image ${reference} already exists; delete it first`];
    if (await this.images.isDerivedIdTaken(uuid)) throw new DomainError('conflict', taken);
    const assertTakeable = (imageId: number): Promise<void> => this.images.claimDerivedId(uuid, imageId);
    try {
      const build = { ...toBuild(asked, version), assertTakeable };
      const { imageId } = await this.builds.create(caller, build, () => fileBytes(form, CONTEXT));
      return await this.images.get(caller, { kind: 'id', id: imageId });
    } catch (error) {
      throw error instanceof ReferenceTakenError ? new DomainError('conflict', taken) : error;
    }
  }
}

/** Of a name with slashes, all before the last is the path of a namespace. */
function toBuild(asked: BuildRequest, version: string | string[] | undefined): NewBuild {
  const { name, tag, dockerfile, isPublic, readme, computeType } = asked;
  const slash = name.lastIndexOf('/');
  return {
    name: name.slice(slash + 1),
    tag,
    namespace: slash < 0 ? undefined : name.slice(0, slash),
    visibility: isPublic ? 'public' : 'private',
    dockerfile,
    options: readBuildOptions(undefined),
    annotations: {
      readme,
      compute_type: computeType,
      ...(typeof version === 'string' ? { chutes_version: version } : {}),
    },
  };
}
