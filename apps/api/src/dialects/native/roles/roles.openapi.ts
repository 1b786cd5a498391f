import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam } from '@nestjs/swagger';
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
import { RoleAnswer } from './role.schema.js';

const tags = ['Roles'];

const NamesRole = (): MethodDecorator =>
  ApiParam({ name: 'id', description: 'Number of the role', schema: { type: 'integer', example: 7 } });

const RefusesMore = (): MethodDecorator =>
  Refuses(
    403,
    'The caller lacks role:write there, or a scope of the role',
    'You cannot grant what you do not hold: image:delete',
  );

export const ApiListRoles = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'listRoles',
      summary: 'List roles',
      description: 'The global ones; with `namespace` also those of its tree.',
    }),
    Filter('namespace', 'A namespace, as `path` or `path@owner`'),
    AnswersPages(RoleAnswer, 'Roles, built-in ones first'),
    Refuses(400, 'The namespace cannot be one', {
      namespace: [
        'Each name of the namespace must be 1 to 39 letters, digits or dashes, and begin with a letter or digit',
      ],
    }),
    RefusesUnseen('namespace'),
  );

export const ApiShowRole = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showRole', summary: 'Show a role' }),
    NamesRole(),
    Answers(200, RoleAnswer, 'The role'),
    RefusesUnseen('role'),
  );

export const ApiCreateRole = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'createRole',
      summary: 'Create a role',
      description:
        'Global with role:write everywhere; of a tree with role:write on its root. Nobody can put in what they do not hold there.',
    }),
    Answers(201, RoleAnswer, 'The new role', { headers: LOCATION }),
    RefusesBody({ name: ['Name already exists'] }),
    RefusesMore(),
    RefusesUnseen('namespace'),
  );

export const ApiUpdateRole = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'updateRole',
      summary: 'Change a role',
      description: 'Holds at once wherever the role is bound. Needs the version that it is based on.',
    }),
    NamesRole(),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The version, in the place of `version`',
      schema: { type: 'string' },
    }),
    Answers(200, RoleAnswer, 'The role as it is now', { changes: { description: 'Builds push with it', version: 2 } }),
    RefusesBody({ scopes: ['Scopes must name at least one scope'] }),
    RefusesMore(),
    RefusesUnseen('role'),
    Refuses(
      409,
      'The role has changed meanwhile, is built in, or is bound further than the caller reaches',
      'The role has changed: it is at version 2; read it again and send that version',
    ),
  );

export const ApiDeleteRole = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'deleteRole', summary: 'Delete a role' }),
    NamesRole(),
    AnswersNothing('The role is gone'),
    Refuses(403, 'The caller lacks role:delete there', 'You have no role with role:delete on this namespace'),
    RefusesUnseen('role'),
    Refuses(409, 'The role is bound, or built in', 'The role is bound; delete its bindings first'),
  );
