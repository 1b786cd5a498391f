import { DomainError, FieldProblems } from '#kernel';
import type { Visibility } from '#domain/namespaces';
import { checkNameAndTag, DEFAULT_TAG } from './image-reference.js';
import { imageTooLarge } from './images.errors.js';

/** What a client says of an image before it sends its bytes. */
export interface NewImage {
  readonly name: string;
  readonly tag?: string | undefined;
  /** `path` or `path@owner`. */
  readonly namespace?: string | undefined;
  /** Its own; private where absent. */
  readonly visibility?: Visibility | undefined;
  /** Bytes that will come, if the client knows. */
  readonly declaredSizeBytes?: number | undefined;
  /** SHA-256 that they must have, 64 hex digits. */
  readonly declaredSha256?: string | undefined;
}

export interface CheckedImage extends NewImage {
  readonly tag: string;
}

/** Everything that can be said against a push from its words alone. @throws DomainError `invalid`, `too_large` */
export function checkNewImage(input: NewImage, maxBytes: number): CheckedImage {
  const { name, tag = DEFAULT_TAG, declaredSizeBytes, declaredSha256 } = input;
  const problems = new FieldProblems();
  checkNameAndTag(problems, name, tag);
  problems.check(declaredSizeBytes !== 0, 'file', 'File field required: the body is empty');
  problems.check(
    declaredSha256 === undefined || /^[0-9a-f]{64}$/i.test(declaredSha256),
    'sha256',
    'The declared SHA-256 must be 32 bytes: 64 hex digits in X-Checksum-Sha256, or base64 in Repr-Digest',
  );
  problems.throwIfAny();
  if (declaredSizeBytes !== undefined && declaredSizeBytes > maxBytes) throw imageTooLarge(maxBytes);
  return { ...input, tag, declaredSha256: declaredSha256?.toLowerCase() };
}

export const emptyFile = (): DomainError =>
  DomainError.field('invalid', 'file', 'File field required: the body is empty');
