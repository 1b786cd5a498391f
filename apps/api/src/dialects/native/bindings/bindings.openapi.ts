import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import {
  Answers,
  AnswersNothing,
  AnswersPages,
  Filter,
  LOCATION,
  Refuses,
  RefusesBody,
  RefusesUnseen,
} from '../native.operations.js';
import { BindingAnswer } from './binding.schema.js';

const tags = ['Bindings'];

const NamesBinding = (): MethodDecorator =>
  ApiParam({ name: 'id', description: 'Number of the binding', schema: { type: 'integer', example: 9 } });

const RefusesMore = (): MethodDecorator =>
  Refuses(
    403,
    'The caller lacks role:write on the target or a scope of the role, or holds them for less long',
    'You cannot grant what you do not hold: image:delete',
  );

export const ApiListBindings = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'listBindings',
      summary: 'List bindings',
      description: 'The caller’s own, and those on what the caller holds role:read on.',
    }),
    Filter('subject', 'Name of a user or a team'),
    Filter('role', 'Number or name of a role'),
    Filter('namespace', 'Bound on this namespace itself, as `path` or `path@owner`'),
    Filter('image', 'Bound on this image, by number or reference'),
    AnswersPages(BindingAnswer, 'Bindings in the order they were made'),
    Refuses(400, 'The namespace cannot be one', {
      namespace: [
        'Each name of the namespace must be 1 to 39 letters, digits or dashes, and begin with a letter or digit',
      ],
    }),
  );

export const ApiShowBinding = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showBinding', summary: 'Show a binding' }),
    NamesBinding(),
    Answers(200, BindingAnswer, 'The binding'),
    RefusesUnseen('binding'),
  );

export const ApiCreateBinding = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'createBinding',
      summary: 'Give somebody a role',
      description:
        'Takes role:write on the target and every scope of the role there, by the caller’s roles and by the token that is sent; and it cannot last longer than these.',
    }),
    Answers(201, BindingAnswer, 'The new binding', { headers: LOCATION }),
    RefusesBody({ subject: ['Subject must be {"user": name} or {"team": name}'] }),
    RefusesMore(),
    RefusesUnseen('target, subject or role'),
    Refuses(
      409,
      'The subject has this role there already, or the image was moved at this very moment',
      'The subject has this role there already',
    ),
  );

export const ApiUpdateBinding = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'updateBinding', summary: 'Change when a binding ends' }),
    NamesBinding(),
    Answers(200, BindingAnswer, 'The binding as it is now'),
    RefusesBody({ expires_at: ['Expires_at has passed'] }),
    RefusesMore(),
    RefusesUnseen('binding'),
  );

export const ApiDeleteBinding = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'deleteBinding', summary: 'End a binding', description: 'At once.' }),
    NamesBinding(),
    AnswersNothing('The binding is gone'),
    Refuses(
      403,
      'It is the caller’s own, who lacks role:delete on the target',
      'You have no role with role:delete on this namespace',
    ),
    RefusesUnseen('binding'),
  );
