/** An image's life. Only an available one has bytes that can be read; a pushed image is born available, in one step. */
export const IMAGE_STATUSES = ['pending', 'receiving', 'processing', 'available', 'failed', 'deleting'] as const;
export type ImageStatus = (typeof IMAGE_STATUSES)[number];

/** Which moves are legal. Work that is tried again, by itself or because somebody asks, begins at `pending`. */
const MOVES: Readonly<Record<ImageStatus, readonly ImageStatus[]>> = {
  pending: ['receiving', 'processing', 'failed', 'available'],
  receiving: ['pending', 'processing', 'failed', 'available'],
  processing: ['pending', 'receiving', 'failed', 'available'],
  available: ['deleting'],
  failed: ['pending'],
  deleting: [],
};

/** From where one may come to `status`; to stay is no move. */
export function statusesBefore(status: ImageStatus): ImageStatus[] {
  return IMAGE_STATUSES.filter((before) => before === status || MOVES[before].includes(status));
}
