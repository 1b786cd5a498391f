import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, FieldProblems, type Scope } from '#kernel';
import { ImagesService } from '#domain/images';
import { NamespacesService } from '#domain/namespaces';

export interface PinsInput {
  /** `path`, or `path@owner` for somebody else's. */
  readonly namespaces?: readonly string[] | undefined;
  /** Ids. */
  readonly images?: readonly number[] | undefined;
}

const MAX_PINS = 20;

/** What can be pinned: all else acts on no namespace and no image. */
const PINNABLE: readonly string[] = ['image', 'namespace', 'operation'];

export function isPinnable(scope: Scope): boolean {
  return PINNABLE.includes(scope.split(':')[0] ?? '');
}

/** Finds what a new token is to be pinned to. */
@Injectable()
export class TokenPins {
  constructor(
    private readonly namespaces: NamespacesService,
    private readonly images: ImagesService,
  ) {}

  /** Undefined where nothing is named. @throws DomainError `invalid`, also for what the caller may not see */
  async resolve(
    principal: AuthenticatedPrincipal,
    { namespaces, images }: PinsInput,
    scopes: readonly Scope[],
  ): Promise<{ namespaceIds: number[]; imageIds: number[] } | undefined> {
    if (namespaces === undefined && images === undefined) return undefined;
    checkPins(namespaces ?? [], images ?? [], scopes);
    const namespaceIds = await Promise.all((namespaces ?? []).map((path) => this.namespaceId(principal, path)));
    const imageIds = await Promise.all((images ?? []).map((id) => this.imageId(principal, id)));
    return { namespaceIds, imageIds };
  }

  private async namespaceId(principal: AuthenticatedPrincipal, text: string): Promise<number> {
    const [path = '', owner = principal.username] = text.split('@');
    const found = await this.namespaces.find(principal, owner, path);
    if (!found) throw DomainError.field('invalid', 'namespaces', `No such namespace: ${text}`);
    return found.id;
  }

  private async imageId(principal: AuthenticatedPrincipal, id: number): Promise<number> {
    const found = await this.images.find(principal, { kind: 'id', id });
    if (!found) throw DomainError.field('invalid', 'images', `No such image: ${id}`);
    return found.id;
  }
}

function checkPins(namespaces: readonly string[], images: readonly number[], scopes: readonly Scope[]): void {
  const others = scopes.filter((scope) => !isPinnable(scope));
  const possible = images.every((id) => id >= 1 && id < 2 ** 31);
  new FieldProblems()
    .check(namespaces.length <= MAX_PINS, 'namespaces', `Namespaces must be ${MAX_PINS} at most`)
    .check(images.length <= MAX_PINS && possible, 'images', `Images must be ${MAX_PINS} at most, by their numbers`)
    .check(namespaces.length + images.length > 0, 'namespaces', 'Name a namespace or an image to pin the token to')
    .check(
      others.length === 0,
      'scopes',
      `A pinned token takes scopes of images, namespaces and operations only, not: ${others.join(', ')}`,
    )
    .throwIfAny();
}
