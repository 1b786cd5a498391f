import { NotAcceptableException } from '@nestjs/common';
import accepts from 'accepts';
import type { Request } from 'express';

/** The contract's media type of an image first, so that it is what a client without a preference gets. */
export const FILE_TYPES = ['application/x-qemu-disk', 'application/octet-stream'] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** What `Accept` prefers of an image: its entry, unless it asks for the file (RFC 9110, section 12.5.1). 406 for neither. */
export function preferredType(request: Request): 'application/json' | FileType {
  const type = accepts(request).types(['application/json', ...FILE_TYPES]);
  if (type === false) {
    throw new NotAcceptableException(`Accept must allow one of application/json, ${FILE_TYPES.join(', ')}`);
  }
  return type as 'application/json' | FileType;
}

/** What to call the file where the file it is. */
export function preferredFileType(request: Request): FileType {
  return (accepts(request).types([...FILE_TYPES]) || FILE_TYPES[0]) as FileType;
}
