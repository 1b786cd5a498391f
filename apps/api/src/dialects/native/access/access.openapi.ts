import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery } from '@nestjs/swagger';
import { SCOPES } from '#kernel';
import { Answers, AnswersPages, Filter, Refuses, RefusesUnseen } from '../native.operations.js';
import { ExplanationAnswer, ImageAccessAnswer } from './access.schema.js';

const tags = ['Access'];

export const ApiExplainAccess = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'explainAccess',
      summary: 'May somebody do something, and why?',
      description:
        'Of oneself it tells what the token that is sent may; of others what their roles grant them, which takes role:read on the target.',
    }),
    Filter('user', 'Name of the user; the caller without'),
    ApiQuery({
      name: 'scope',
      required: true,
      description: 'What it is about',
      schema: { type: 'string', enum: [...SCOPES], example: 'image:write' },
    }),
    ApiQuery({
      name: 'target',
      required: false,
      description: '`image:<id or reference>` or `namespace:<path[@owner]>`; the whole installation without',
      schema: { type: 'string' },
    }),
    Answers(200, ExplanationAnswer, 'The answer and what it rests on'),
    Refuses(400, 'The scope or the target cannot be one', {
      target: ['Target must be image:<id or reference> or namespace:<path[@owner]>'],
    }),
    Refuses(
      403,
      'It is about somebody else, and the caller lacks role:read there',
      'You have no role with role:read on this namespace',
    ),
    RefusesUnseen('target or user'),
  );

export const ApiListImageAccess = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listImageAccess', summary: 'Who may do what with an image, and why?' }),
    ApiParam({
      name: 'image',
      description: 'Number or URL-encoded reference of the image',
      schema: { type: 'string', example: 'alice/team/ubuntu:24.04' },
    }),
    AnswersPages(ImageAccessAnswer, 'Users by name; first of all what its visibility lets anybody do'),
    Refuses(
      403,
      'The caller sees the image but lacks role:read on it',
      'You have no role with role:read on this image',
    ),
    RefusesUnseen('image'),
  );
