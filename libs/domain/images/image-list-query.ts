import type { ImageStatus } from './image-status.js';
import type { ImageView } from './image-view.js';

const MAX_ID = 2 ** 31 - 1;

export const IMAGE_SORTS = ['name', 'created_at', 'updated_at'] as const;
export type ImageSortKey = (typeof IMAGE_SORTS)[number];

export interface ImageSort {
  readonly by: ImageSortKey;
  readonly descending: boolean;
}

/** The place of an image in a sort: the values it is ordered by, its id last. */
export type SortPosition = readonly (string | number)[];

/** Which slice: the N-th page, what comes after so many images, or what follows or precedes a position. */
export type ImageSlice =
  | { readonly kind: 'page'; readonly page: number }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'after' | 'before'; readonly position: SortPosition };

/** A namespace named in a filter; the caller's own where `owner` is undefined. */
export interface NamespaceFilter {
  readonly owner: string | undefined;
  readonly path: string;
}

/** What a word that is kept with a build must be; `otherwise` is what it counts as where there is none. */
export interface AnnotationFilter {
  readonly name: string;
  readonly value: string;
  readonly otherwise: string;
}

export interface ImageFilters {
  /** Case-insensitive part of the name, taken literally. */
  readonly search?: string | undefined;
  readonly name?: string | undefined;
  readonly tag?: string | undefined;
  /** Part of the namespace's path with the name, and of the tag, whatever the case; `%` and `_` stand for others, as in SQL. */
  readonly nameLike?: string | undefined;
  readonly tagLike?: string | undefined;
  readonly annotation?: AnnotationFilter | undefined;
  /** Username. */
  readonly owner?: string | undefined;
  readonly namespace?: NamespaceFilter | undefined;
  readonly status?: ImageStatus | undefined;
  /** Keys and values, all of which an image must have. */
  readonly labels?: readonly (readonly [key: string, value: string])[] | undefined;
}

export interface ImageListQuery {
  readonly filters: ImageFilters;
  readonly includePublic: boolean;
  readonly sort: ImageSort;
  readonly slice: ImageSlice;
  readonly limit: number;
}

/** Where an image stands in a sort, for the cursor of the page before or after it. */
export function positionOf(image: ImageView, { by }: ImageSort): SortPosition {
  if (by === 'name') return [image.name, image.tag, image.id];
  return [(by === 'created_at' ? image.createdAt : image.updatedAt).toISOString(), image.id];
}

/** Whether a position read from a cursor can be one of this sort: of the types that PostgreSQL compares it as. */
export function isPositionOf({ by }: ImageSort, position: readonly unknown[]): position is SortPosition {
  const texts = position.slice(0, -1);
  if (!isId(position.at(-1)) || !texts.every((text) => typeof text === 'string')) return false;
  if (by === 'name') return texts.length === 2 && !texts.join('').includes('\0');
  return texts.length === 1 && isTimestamp(texts[0] ?? '');
}

function isId(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_ID;
}

/** As `toISOString` writes it, of a year from 1000 to 9999. */
function isTimestamp(text: string): boolean {
  const ms = Date.parse(text);
  return /^[1-9]/.test(text) && !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}
