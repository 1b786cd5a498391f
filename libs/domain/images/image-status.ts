/** An image's life. Only an available one has bytes that can be read; a pushed image is born available, in one step. */
export const IMAGE_STATUSES = ['pending', 'receiving', 'processing', 'available', 'failed', 'deleting'] as const;
export type ImageStatus = (typeof IMAGE_STATUSES)[number];
