import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { Answers, AnswersNothing, NamesNamespace, Refuses, RefusesBody, RefusesUnseen } from '../native.operations.js';
import { ImageAnswer } from '../images/image.schema.js';
import { NamespaceAnswer } from '../namespaces/namespace.schema.js';

const RefusesTransfers = (what: string): MethodDecorator =>
  applyDecorators(
    AnswersNothing('It has been transferred, and the caller does not see it any more'),
    RefusesBody({ to: ['No such user or team'] }),
    Refuses(
      403,
      'The caller does not own it, holds less on it than its owner, or may not give it to this receiver',
      'You can transfer to yourself and to teams you are in; ask an operator for the rest',
    ),
    RefusesUnseen(what),
  );

export const ApiTransferNamespace = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags: ['Transfers'],
      operationId: 'transferNamespace',
      summary: 'Give a root namespace to another user or team',
      description:
        'With all below it, all images in it and all service accounts that belong to it, or not at all. Roles on it stay; ' +
        'open invites to it go, but those of who may still invite, and so do the tokens of those accounts. ' +
        'By its owner, or the leads of the owning team.',
    }),
    NamesNamespace(),
    Answers(200, NamespaceAnswer, 'The namespace as it is now'),
    RefusesTransfers('namespace'),
    Refuses(
      409,
      'The receiver has a namespace of that path, or images are on their way into this one; nothing has changed',
      'The receiver has these already; nothing was transferred: platform/team',
    ),
  );

export const ApiTransferImage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags: ['Transfers'],
      operationId: 'transferImage',
      summary: 'Give an image to another user or team',
      description: 'It leaves its namespace, if it is in one. By its owner, or the leads of the owning team.',
    }),
    ApiParam({
      name: 'image',
      description: 'Its number, or its URL-encoded reference',
      schema: { type: 'string', example: 'alice/team/ubuntu:24.04' },
    }),
    Answers(200, ImageAnswer, 'The image as it is now'),
    RefusesTransfers('image'),
    Refuses(
      409,
      'The receiver has an image of that name; nothing has changed',
      'The receiver has these already; nothing was transferred: platform/ubuntu:24.04',
    ),
  );
