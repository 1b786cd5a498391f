import type { Request } from 'express';
import type { ImageFilters } from '#domain/images';
import { type Paging, queryValues, readPaging } from '../chutes.paging.js';
import { COMPUTE_TYPES, DEFAULT_COMPUTE_TYPE } from './image.presenter.js';

export interface ImageListRequest {
  readonly includePublic: boolean;
  readonly filters: ImageFilters;
  readonly paging: Paging;
}

/** The query of a list (the contract's 1.1). @throws UnprocessableError */
export function readImageList(request: Pick<Request, 'query'>): ImageListRequest {
  const values = queryValues(request);
  const type = values.oneOf('compute_type', COMPUTE_TYPES);
  const read: ImageListRequest = {
    includePublic: values.boolean('include_public', false),
    filters: {
      nameLike: unlessBlank(values.optional('name')),
      tagLike: unlessBlank(values.optional('tag')),
      annotation: type && { name: 'compute_type', value: type, otherwise: DEFAULT_COMPUTE_TYPE },
    },
    paging: readPaging(values),
  };
  values.throwIfAny();
  return read;
}

/** What has something in it is taken as it is, with the blanks around it. */
function unlessBlank(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
