import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { imageFacts, type ImageReference, ImagesService, parseImageReference } from '#domain/images';
import { NamespacesService, parseNamespacePath } from '#domain/namespaces';
import { INSTALLATION, type Standing } from '#domain/permissions';

/** What a role is to be bound on. */
export interface Target {
  readonly namespaceId: number | null;
  readonly imageId: number | null;
  /** The root of the tree it is in; null where it is in none. */
  readonly rootId: number | null;
  readonly standing: Standing;
}

export interface TargetNames {
  /** `path` or `path@owner`. */
  readonly namespace?: string | undefined;
  /** An id or a reference. */
  readonly image?: string | undefined;
}

/** Finds what a request names as the target of a role, as it stays until the transaction ends. */
@Injectable()
export class Targets {
  constructor(
    private readonly namespaces: NamespacesService,
    private readonly images: ImagesService,
  ) {}

  /** The whole installation where nothing is named. @throws DomainError `invalid`, `not_found`, `conflict` (moved meanwhile) */
  async hold(principal: AuthenticatedPrincipal, { namespace, image }: TargetNames): Promise<Target> {
    if (namespace !== undefined && image !== undefined) {
      throw DomainError.field('invalid', 'image', 'Name a namespace or an image, not both');
    }
    if (namespace !== undefined) return this.holdNamespace(principal, namespace);
    if (image !== undefined) return this.holdImage(principal, image);
    return { namespaceId: null, imageId: null, rootId: null, standing: INSTALLATION };
  }

  private async holdNamespace(principal: AuthenticatedPrincipal, text: string): Promise<Target> {
    const { owner = principal.username, names } = parseNamespacePath(text);
    const { id, rootId, userId, held } = await this.namespaces.hold(principal, owner, names.join('/'));
    return { namespaceId: id, imageId: null, rootId, standing: { ownerId: userId, held } };
  }

  private async holdImage(principal: AuthenticatedPrincipal, text: string): Promise<Target> {
    const image = await this.images.hold(principal, parseImageReference(text));
    return {
      namespaceId: null,
      imageId: image.id,
      rootId: image.namespace?.rootId ?? null,
      standing: imageFacts(image),
    };
  }
}

/** The image that a filter names; one's own where it names no owner. Undefined for what can name no image. */
export function readImageFilter(principal: AuthenticatedPrincipal, text: string): ImageReference | undefined {
  const reference = parseImageReference(text);
  return reference?.kind === 'name' ? { ...reference, owner: reference.owner ?? principal.username } : reference;
}
