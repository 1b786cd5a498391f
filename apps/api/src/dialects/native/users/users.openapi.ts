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
import { CallerAnswer, UserAnswer } from './user.schema.js';

const tags = ['Users'];

const NamesUser = (): MethodDecorator =>
  ApiParam({
    name: 'username',
    description: 'Name of the user, whatever the case',
    schema: { type: 'string', example: 'alice' },
  });

const RefusesNonAdmins = (): MethodDecorator =>
  Refuses(403, 'The caller is no admin', 'Only a user with the role admin may do this');

const RefusesLastAdmin = (or = ''): MethodDecorator =>
  Refuses(
    409,
    `Nobody would be left to manage users${or}`,
    'This is the last active admin; make another user admin first',
  );

export const ApiShowCaller = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showCaller', summary: 'Who am I, and what may I do?' }),
    Answers(200, CallerAnswer, 'The caller'),
  );

export const ApiListUsers = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listUsers', summary: 'List users' }),
    AnswersPages(UserAnswer, 'Users by name'),
    Filter('search', 'What the name contains, whatever the case'),
  );

export const ApiCreateUser = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'createUser',
      summary: 'Create a user',
      description:
        'For admins. The leads of a team make service accounts that belong to it, and whoever owns a tree those that belong ' +
        'to a namespace in it: they change and disable them, and make their tokens. Such an account owns nothing: it pushes ' +
        'into namespaces of others, where it has a role.',
    }),
    Answers(201, UserAnswer, 'The new user', { headers: LOCATION }),
    RefusesBody({ username: ['Username already exists'] }),
    Refuses(
      403,
      'The caller is no admin, and does not lead the team or own the namespace’s tree',
      'Only a user with the role admin may do this',
    ),
    Refuses(
      409,
      'The team, or the tree of the namespace, has as many service accounts as it may have',
      'The team has its 100 service accounts, and may have no more; ask an admin to delete some, or the operator for a higher limit',
    ),
  );

export const ApiShowUser = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showUser', summary: 'Show a user' }),
    NamesUser(),
    Answers(200, UserAnswer, 'The user'),
    RefusesUnseen('user'),
  );

export const ApiUpdateUser = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'updateUser',
      summary: 'Change a user',
      description:
        'Everybody may change their own email and password, and of a service account that they manage also whether it is ' +
        'disabled; the rest is for admins. A disabled user’s tokens die at once.',
    }),
    NamesUser(),
    Answers(200, UserAnswer, 'The user as it is now', { changes: { email: 'alice@example.org' } }),
    RefusesBody({ email: ['Email is not an address'] }),
    RefusesNonAdmins(),
    RefusesUnseen('user'),
    RefusesLastAdmin(),
  );

export const ApiDeleteUser = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'deleteUser',
      summary: 'Delete a user',
      description: 'For admins: nobody else’s token has the scope. The name is free again.',
    }),
    NamesUser(),
    AnswersNothing('The user is gone, and so are their tokens'),
    RefusesUnseen('user'),
    RefusesLastAdmin(', or the user still owns images or namespaces'),
  );
