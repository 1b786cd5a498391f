/**
 * SQL: locks the image of the operation $1 for the rest of the transaction, which is to move both. Whoever deletes an image
 * locks it before its operations; in another order the two would wait for each other.
 */
export const LOCK_IMAGE =
  'SELECT FROM images WHERE id = (SELECT image_id FROM operations WHERE id = $1) FOR NO KEY UPDATE';
