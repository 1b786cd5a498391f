import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, FieldProblems } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { NamespaceTrees, type NamespaceView, VISIBILITIES, type Visibility } from '#domain/namespaces';
import { QuotaLedger } from '#domain/quotas';
import { AuditTrail } from '#domain/audit';
import { updateEntry } from './image-audit.js';
import type { Image, Labels } from './image.entity.js';
import { checkLabels } from './image-labels.js';
import { checkNameAndTag, type ImageReference } from './image-reference.js';
import { may } from '#domain/permissions';
import { imageFacts, type ImageView } from './image-view.js';
import { imageMoved, imageNameTaken, imageNotFound, mayNot, notDownloaded } from './images.errors.js';
import { ImagesRepository } from './images.repository.js';
import { ImagesService } from './images.service.js';
import { checkRefreshInterval, parseRefreshInterval } from './refresh-interval.js';

export interface ImageChanges {
  readonly name?: string | undefined;
  readonly tag?: string | undefined;
  /** `path` or `path@owner`; null takes the image out of its namespace. */
  readonly namespace?: string | null | undefined;
  readonly description?: string | undefined;
  /** All of them; those not named go. */
  readonly labels?: Labels | undefined;
  readonly visibility?: string | undefined;
  readonly protected?: boolean | undefined;
  /** How often its source is looked at for something new, such as `24h`, from now on in the caller's name; null for no more. */
  readonly refresh?: string | null | undefined;
}

const MAX_DESCRIPTION = 4096;

/** Changing what is said of an image; never its bytes. */
@Injectable()
export class ImageEditingService {
  constructor(
    private readonly images: ImagesRepository,
    private readonly finder: ImagesService,
    private readonly trees: NamespaceTrees,
    private readonly quotas: QuotaLedger,
    private readonly audit: AuditTrail,
  ) {}

  /** Changes only what is named. @throws DomainError `not_found`, `forbidden`, `invalid`, `quota_exceeded` */
  async update(
    principal: AuthenticatedPrincipal,
    reference: ImageReference | undefined,
    changes: ImageChanges,
  ): Promise<ImageView> {
    const image = await this.finder.get(principal, reference);
    assertMayChange(principal, image, changes);
    checkChanges(changes);
    try {
      await this.audit.transaction(() => this.apply(principal, image, changes));
    } catch (error) {
      throw violatedUniqueConstraint(error) === undefined ? error : imageNameTaken();
    }
    return this.finder.get(principal, { kind: 'id', id: image.id });
  }

  /** Locks go from the tree to the image, the same way everywhere. */
  private async apply(principal: AuthenticatedPrincipal, image: ImageView, changes: ImageChanges): Promise<void> {
    const target = await this.resolveTarget(principal, image, changes.namespace);
    const staysIn = image.namespace?.rootId ?? null;
    const treeVisibility =
      target === undefined ? await this.treeVisibility(staysIn) : (target?.visibility ?? 'private');
    const row = await this.images.lock(image.id);
    if (!row) throw imageNotFound();
    if (row.userId !== image.user.id || (target === undefined && row.rootNamespaceId !== staysIn)) {
      throw imageMoved();
    }
    const visibility = toVisibility(changes.visibility) ?? row.visibility;
    // What is undefined here stays as it is.
    await this.images.update(row.id, {
      name: changes.name,
      tag: changes.tag,
      description: changes.description,
      labels: changes.labels,
      protected: changes.protected,
      ...placeIn(target),
      visibility,
      isPublic: visibility === 'public' || treeVisibility === 'public',
    });
    if (target && target.rootId !== row.rootNamespaceId) {
      await this.quotas.assertArrived({ rootNamespaceId: target.rootId }, { imageId: row.id });
    }
    await this.reschedule(principal, row, changes.refresh);
    await this.audit.record(principal, updateEntry(image, row, changes, target));
  }

  /** Undefined to stay, null for outside any namespace. */
  private async resolveTarget(
    principal: AuthenticatedPrincipal,
    image: ImageView,
    namespace: string | null | undefined,
  ): Promise<NamespaceView | null | undefined> {
    if (namespace === undefined || namespace === null) return namespace;
    const target = await this.trees.resolve(principal, namespace);
    if (target.ownerId !== image.user.id) {
      throw DomainError.field(
        'invalid',
        'namespace',
        'Namespace must be of the image’s owner; write path@owner for theirs',
      );
    }
    const node = await this.trees.materialise(principal, target);
    const leavesTree = node.rootId !== image.namespace?.rootId;
    if (leavesTree && !may(principal, 'namespace:write', imageFacts(image))) throw ownersOnly();
    await this.trees.assertMayArrive(principal, imageFacts(image), node);
    return node;
  }

  private async reschedule(
    { userId }: AuthenticatedPrincipal,
    { id }: Image,
    refresh: string | null | undefined,
  ): Promise<void> {
    if (refresh === undefined) return;
    const everySeconds = refresh === null ? null : (parseRefreshInterval(refresh) ?? null); // it was checked
    if (!(await this.images.reschedule(id, userId, everySeconds))) throw notDownloaded();
  }

  private async treeVisibility(rootId: number | null): Promise<Visibility> {
    return rootId === null ? 'private' : this.trees.visibilityOf(rootId);
  }
}

/** The columns that say where an image is; none of them for one that stays. */
function placeIn(target: NamespaceView | null | undefined): Partial<Pick<Image, 'namespaceId' | 'rootNamespaceId'>> {
  if (target === undefined) return {};
  return { namespaceId: target?.id ?? null, rootNamespaceId: target?.rootId ?? null };
}

/** Whoever may write may describe; what opens an image to others, or takes it out of a tree, is for its owner. */
function assertMayChange(principal: AuthenticatedPrincipal, image: ImageView, changes: ImageChanges): void {
  const facts = imageFacts(image);
  if (!may(principal, 'image:write', facts)) throw mayNot('change');
  const opensOrTakesOut = changes.visibility !== undefined || changes.namespace === null;
  if (opensOrTakesOut && !may(principal, 'namespace:write', facts)) throw ownersOnly();
  if (changes.namespace === null && principal.pins && image.namespace) throw staysWherePinned();
}

const staysWherePinned = (): DomainError =>
  new DomainError(
    'forbidden',
    'A pinned token cannot take an image out of its namespace, where it would be out of its reach',
  );

const ownersOnly = (): DomainError =>
  new DomainError('forbidden', 'Only its owner may change the visibility of an image or take it out of its tree');

function checkChanges({ name, tag, description, labels, visibility, refresh }: ImageChanges): void {
  const problems = new FieldProblems();
  checkNameAndTag(problems, name, tag);
  problems.check(
    (description?.length ?? 0) <= MAX_DESCRIPTION,
    'description',
    `Description cannot be longer than ${MAX_DESCRIPTION} characters in length`,
  );
  problems.check(
    visibility === undefined || toVisibility(visibility) !== undefined,
    'visibility',
    `Visibility must be one of ${VISIBILITIES.join(', ')}`,
  );
  if (labels !== undefined) checkLabels(problems, labels);
  if (refresh !== undefined && refresh !== null) checkRefreshInterval(problems, refresh);
  problems.throwIfAny();
}

function toVisibility(text: string | undefined): Visibility | undefined {
  return VISIBILITIES.find((visibility) => visibility === text);
}
