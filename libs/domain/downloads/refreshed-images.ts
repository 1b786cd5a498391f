import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { formatReference, imageFacts, ImagesService, type ImageView } from '#domain/images';
import type { Work } from '#domain/operations';
import { may } from '#domain/permissions';
import { UserPrincipals } from '#domain/users';
import { datedTag } from './dated-tag.js';
import { type DownloadSource, DownloadSourcesRepository, type SourceVersion } from './download-sources.repository.js';
import { authorGone, authorMayNot, scheduleEnded } from './downloads.errors.js';
import { PendingDownloads } from './pending-downloads.js';

/** Where a new version goes: beside the image of the schedule, in the name of who set that. */
export interface RefreshPlace {
  readonly author: AuthenticatedPrincipal;
  readonly image: ImageView;
}

/** No source has so many versions a day. */
const MOST_A_DAY = 200;

/** Makes the images of new versions of a source. */
@Injectable()
export class RefreshedImages {
  constructor(
    private readonly principals: UserPrincipals,
    private readonly images: ImagesService,
    private readonly downloads: PendingDownloads,
    private readonly sources: DownloadSourcesRepository,
  ) {}

  /** By the rights that the schedule's author has now. @throws DomainError `forbidden` */
  async findPlace({ authorId, author: name }: DownloadSource, imageId: number): Promise<RefreshPlace> {
    const author = await this.principals.find(authorId);
    if (!author) throw authorGone(name);
    const image = await this.images.find(author, { kind: 'id', id: imageId });
    if (!image || !may(author, 'image:write', imageFacts(image))) throw authorMayNot(name);
    // Outside of any namespace whoever makes an image owns it.
    if (!image.namespace && image.user.id !== authorId) throw authorMayNot(name);
    return { author, image };
  }

  /**
   * Ends the work with an image of the new version, under the first dated tag that nobody has.
   * @throws DomainError as `PendingDownloads.create`; `conflict` where the schedule has ended meanwhile
   */
  async make(work: Work, source: DownloadSource, place: RefreshPlace, version: SourceVersion): Promise<void> {
    const { name, tag, user, namespace } = place.image;
    const now = new Date();
    for (let nth = 1; ; nth++) {
      const dated = datedTag(tag, now, nth);
      const reference = formatReference(user.username, namespace?.path ?? null, name, dated);
      work.log.write(`Making ${reference}`);
      try {
        await work.succeed(async () => {
          await this.create(place, dated, source);
          const result = `changed: made ${reference}`;
          if (!(await this.sources.noteChanged(place.image.id, source.known, version, result))) throw scheduleEnded();
        });
        return;
      } catch (error) {
        if (!isTaken(error) || nth === MOST_A_DAY) throw error;
        work.log.write('It is there already');
      }
    }
  }

  private create({ author, image }: RefreshPlace, tag: string, { url, disk }: DownloadSource): Promise<number> {
    const { id: refreshOf, name, namespace, user } = image;
    const where = namespace ? `${namespace.path}@${user.username}` : undefined;
    return this.downloads.create(author, {
      image: { name, tag, namespace: where },
      url,
      disk: disk ?? undefined,
      refreshOf,
    });
  }
}

/** Whether an image, or a push under way, has the reference. */
function isTaken(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'invalid' && error.fields?.name !== undefined;
}
