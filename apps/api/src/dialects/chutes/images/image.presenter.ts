import type { Build } from '#domain/builds';
import { imageFacts, type ImageView, referenceOf } from '#domain/images';
import type { MakingView } from '#domain/operations';
import { userUuid } from '#domain/users';
import { imageUuid } from '../chutes.ids.js';

export const COMPUTE_TYPES = ['cpu', 'gpu'] as const;
export type ComputeType = (typeof COMPUTE_TYPES)[number];

/** What an image that nobody said it of is for. */
export const DEFAULT_COMPUTE_TYPE: ComputeType = 'gpu';

/** An image with what else an answer tells of it. */
export interface DescribedImage {
  readonly image: ImageView;
  readonly making: MakingView | undefined;
  readonly build: Build | undefined;
}

export function presentImage({ image, making, build }: DescribedImage): object {
  const { readme = '', chutes_version: version = null, compute_type: type } = build?.annotations ?? {};
  const { user, namespace, name, tag } = image;
  return {
    image_id: idOf(image),
    name: namespace ? `${namespace.path}/${name}` : name,
    readme,
    tag,
    public: isPublic(image),
    compute_type: type ?? DEFAULT_COMPUTE_TYPE,
    status: statusOf(image, making),
    created_at: image.createdAt.toISOString(),
    build_started_at: making?.startedAt?.toISOString() ?? null,
    build_completed_at: making?.status === 'succeeded' ? (making.finishedAt?.toISOString() ?? null) : null,
    user: {
      username: user.username,
      user_id: userUuid(user.id),
      logo_id: null,
      created_at: user.createdAt.toISOString(),
      logo: null,
    },
    logo_id: null,
    patch_version: 'initial',
    chutes_version: version,
    logo: null,
  };
}

export function idOf(image: ImageView): string {
  return imageUuid(referenceOf(image));
}

export function isPublic(image: ImageView): boolean {
  return imageFacts(image).visibility === 'public';
}

/** As clients compare it (the contract's 1.6). */
export function statusOf({ status, statusReason }: ImageView, making: MakingView | undefined): string {
  switch (status) {
    case 'pending':
      return making?.status === 'running' ? 'building' : 'pending build';
    case 'receiving':
    case 'processing':
      return 'building';
    case 'available':
      return 'built and pushed';
    case 'failed':
      return `error: ${statusReason ?? 'it failed'}`;
    case 'deleting':
      return 'error: it is being deleted';
  }
}
