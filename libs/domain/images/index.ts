export { ImageFillingService } from './image-filling.service.js';
export { PendingImagesService } from './pending-images.service.js';
export type { ArtefactKind } from './image-artefacts.repository.js';
export { ImageArtefactsService, type PreparedArtefact } from './image-artefacts.service.js';
export { ImageEditingService } from './image-editing.service.js';
export {
  IMAGE_SORTS,
  type ImageFilters,
  type ImageListQuery,
  type ImageSlice,
  type ImageSort,
  isPositionOf,
  type NamespaceFilter,
  positionOf,
  type SortPosition,
} from './image-list-query.js';
export { imageListStatement } from './image-list.sql.js';
export { ImagePushService } from './image-push.service.js';
export { ImageSourcesService, type OpenSource } from './image-sources.service.js';
export { digestMismatch, ReferenceTakenError } from './images.errors.js';
export { formatReference, type ImageKey, type ImageReference, parseImageReference } from './image-reference.js';
export { IMAGE_STATUSES, type ImageStatus } from './image-status.js';
export type { Labels } from './image.entity.js';
export { imageFacts, type ImageView, referenceOf, type RefreshView } from './image-view.js';
export { ImagesModule } from './images.module.js';
export { ImagesService, type ReadableImage } from './images.service.js';
export { SharedBlobs } from './shared-blobs.js';
export type { NewImage } from './new-image.js';
export { checkRefreshInterval, formatRefreshInterval, parseRefreshInterval } from './refresh-interval.js';
export type { ImageBytes } from './upload-receiver.js';
export { IMAGE_REFERENCE } from './image-row.js';
