import { applyDecorators } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { EXAMPLE_BASE, EXAMPLE_TIME } from '../native.examples.js';
import {
  Answers,
  AnswersNothing,
  AnswersPages,
  Filter,
  LOCATION,
  NamesNamespace,
  Refuses,
  RefusesWithoutRole,
  RefusesBody,
  RefusesUnseen,
} from '../native.operations.js';
import { presentNamespace } from './namespace.presenter.js';
import { NamespaceAnswer } from './namespace.schema.js';

const tags = ['Namespaces'];

const time = new Date(EXAMPLE_TIME);

/** A namespace below the one of all other examples. */
const CHILD = presentNamespace(
  {
    id: 6,
    rootId: 5,
    parentId: 5,
    name: 'ci',
    path: 'team/ci',
    description: '',
    visibility: 'private',
    createdAt: time,
    updatedAt: time,
  },
  { id: 2, username: 'alice', email: 'alice@example.com', createdAt: time },
  EXAMPLE_BASE,
);

const SearchesPaths = (): MethodDecorator => Filter('search', 'What the path contains, whatever the case');

export const ApiListNamespaces = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'listNamespaces',
      summary: 'List namespaces',
      description: 'One’s own, and those one collaborates in.',
    }),
    AnswersPages(NamespaceAnswer, 'Namespaces by path'),
    SearchesPaths(),
  );

export const ApiCreateNamespace = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'createNamespace',
      summary: 'Create a namespace',
      description: 'A root, or below one of one’s own. A push that names a namespace makes it, too.',
    }),
    Answers(201, NamespaceAnswer, 'The new namespace', { headers: LOCATION }),
    RefusesBody({ name: ['Name already exists'] }),
    Refuses(
      403,
      'The caller is in the owning team, and does not lead it; or the owner is a service account that can own nothing',
      'Only the leads of a team make root namespaces for it',
    ),
  );

export const ApiListChildNamespaces = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listChildNamespaces', summary: 'List the children of a namespace' }),
    NamesNamespace(),
    AnswersPages(NamespaceAnswer, 'The namespaces directly below it, by path', CHILD),
    SearchesPaths(),
    RefusesUnseen('namespace'),
  );

export const ApiShowNamespace = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showNamespace', summary: 'Show a namespace' }),
    NamesNamespace(),
    Answers(200, NamespaceAnswer, 'The namespace'),
    RefusesUnseen('namespace'),
  );

export const ApiUpdateNamespace = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'updateNamespace',
      summary: 'Change a namespace',
      description: 'By its owner. Visibility is that of the whole tree, and is changed on its root.',
    }),
    NamesNamespace(),
    Answers(200, NamespaceAnswer, 'The namespace as it is now', { changes: { description: 'Images of the team' } }),
    RefusesBody({ visibility: ['Visibility must be one of private, internal, public'] }),
    RefusesWithoutRole('namespace:write'),
  );

export const ApiDeleteNamespace = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'deleteNamespace',
      summary: 'Delete a namespace and all below it',
      description:
        'By its owner. The images in it stay with their owner, in no namespace; service accounts that belong to it are deleted.',
    }),
    NamesNamespace(),
    AnswersNothing('The namespaces are gone'),
    RefusesWithoutRole('namespace:delete'),
    Refuses(
      409,
      'Two images would have one name, or a service account of it still owns something; nothing has changed',
      'Without this namespace these images would clash with others of their owner; rename, move or delete them first: ' +
        'alice/team/ubuntu:24.04',
    ),
  );
