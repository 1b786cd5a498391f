import { applyDecorators } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Answers, NamesImage, Refuses } from '../native.operations.js';
import { ImageBuildAnswer } from './image-build.schema.js';

export const ApiShowImageBuild = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags: ['Images'],
      operationId: 'showImageBuild',
      summary: 'Show what an image was built of',
      description: 'Its Dockerfile, the digest of its context, its options, what it began with, and what built it.',
    }),
    NamesImage(),
    Answers(200, ImageBuildAnswer, 'The build'),
    Refuses(
      404,
      'The image was not built here, is not there, or the caller may not see it',
      'The image was not built here: it was pushed, or downloaded',
    ),
  );
