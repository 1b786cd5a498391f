import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiQuery } from '@nestjs/swagger';
import { IMAGE_SORTS, IMAGE_STATUSES } from '#domain/images';
import { AnswersPages, Filter, NamesNamespace, Refuses, RefusesUnseen } from '../native.operations.js';
import { ImageAnswer } from './image.schema.js';

const tags = ['Images'];

/** Pages of images, and everything that chooses among them. */
const AnswersImages = (): MethodDecorator =>
  applyDecorators(
    AnswersPages(ImageAnswer, 'Images by name, tag and number, or as `sort` says'),
    Filter('search', 'What the name contains, whatever the case'),
    Filter('name', 'The exact name'),
    Filter('tag', 'The exact tag'),
    Filter('namespace', '`path` of one of the caller’s own, or `path@owner`'),
    Filter('owner', 'Username of the owner'),
    ApiQuery({
      name: 'status',
      required: false,
      description: 'Where it is in its life',
      schema: { type: 'string', enum: [...IMAGE_STATUSES] },
    }),
    ApiQuery({
      name: 'label',
      required: false,
      description: '`key=value`; several must all be there',
      schema: { type: 'array', items: { type: 'string', pattern: '^[^=]+=' } },
    }),
    ApiQuery({
      name: 'include_public',
      required: false,
      description: 'Also what is public and no business of the caller’s',
      schema: { type: 'boolean', default: false },
    }),
    ApiQuery({
      name: 'sort',
      required: false,
      description: 'The order, with `-` before it to reverse',
      schema: { type: 'string', enum: IMAGE_SORTS.flatMap((key) => [key, `-${key}`]), default: 'name' },
    }),
    Filter('cursor', 'Where a page begins, from a `Link`; fast at any depth, where `page` is not'),
    Refuses(400, 'A filter, sort or cursor means nothing', {
      sort: ['Sort must be one of name, created_at, updated_at, with - before it to reverse'],
    }),
  );

export const ApiListImages = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'listImages',
      summary: 'List images',
      description: 'One’s own, and those in trees one collaborates in; with `include_public` also public ones.',
    }),
    AnswersImages(),
  );

export const ApiListNamespaceImages = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listNamespaceImages', summary: 'List the images in a namespace' }),
    NamesNamespace(),
    AnswersImages(),
    RefusesUnseen('namespace'),
  );
