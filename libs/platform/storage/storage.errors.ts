/**
 * A fault of a blob store. The message names what was attempted and never holds a path or a secret;
 * `cause` is the backend's own error, for logs.
 */
export class StorageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There is no blob under this key, or the key cannot be one. */
export class BlobNotFoundError extends StorageError {}

/** The backend has no room for these bytes: the disk, the quota, or what the operator wants kept free. */
export class StorageFullError extends StorageError {}

/** The backend failed in any other way; trying again later may help. */
export class StorageUnavailableError extends StorageError {}
