import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import {
  Answers,
  AnswersNothing,
  LOCATION,
  NamesNamespace,
  RefusesWithoutRole,
  Refuses,
  RefusesBody,
  RefusesUnseen,
} from '../native.operations.js';
import { AcceptedInviteAnswer, CollaboratorAnswer, InviteAnswer } from './invite.schema.js';

const tags = ['Invites and collaborators'];

const NamesInvite = (): MethodDecorator =>
  ApiParam({ name: 'id', description: 'Number of the invite', schema: { type: 'integer', example: 1 } });

export const ApiListReceivedInvites = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listReceivedInvites', summary: 'List the invites one has received' }),
    Answers(200, [InviteAnswer], 'All that are not answered yet'),
  );

export const ApiAcceptInvite = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'acceptInvite',
      summary: 'Accept an invite',
      description: 'By whom it was sent to. It needs no body, and makes its receiver a collaborator in the whole tree.',
    }),
    NamesInvite(),
    Answers(200, AcceptedInviteAnswer, 'What is shared now, and between whom'),
    Refuses(
      409,
      'Whoever sent it may not invite with that role any more: disabled, without the rights, or the tree is another’s',
      'This invite is void: who sent it may not give that role here any more; ask for a new one',
    ),
    RefusesUnseen('invite'),
  );

export const ApiDeleteInvite = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'deleteInvite',
      summary: 'Decline an invite, or take it back',
      description: 'By whom it was sent to, or by the owner of the namespace.',
    }),
    NamesInvite(),
    AnswersNothing('The invite is gone'),
    RefusesUnseen('invite'),
  );

export const ApiListInvites = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'listInvites',
      summary: 'List the invites to a tree',
      description: 'For its owner.',
    }),
    NamesNamespace(),
    Answers(200, [InviteAnswer], 'All that are not answered yet'),
    RefusesWithoutRole('invite:read'),
  );

export const ApiInvite = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'invite',
      summary: 'Invite somebody into a tree',
      description:
        'By its owner. A tree is shared as a whole, whichever of its namespaces is named. ' +
        'A void invite to the same user makes room.',
    }),
    NamesNamespace(),
    Answers(201, InviteAnswer, 'The invite', { headers: LOCATION }),
    RefusesBody(
      { handle: ['Username Or Email field required'] },
      'Nobody to invite: unknown, oneself, or invited already',
    ),
    RefusesWithoutRole('invite:write'),
  );

export const ApiListCollaborators = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'listCollaborators',
      summary: 'List whom a tree is shared with',
      description: 'For its owner.',
    }),
    NamesNamespace(),
    Answers(200, [CollaboratorAnswer], 'All of them'),
    RefusesWithoutRole('invite:read'),
  );

export const ApiRemoveCollaborator = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'removeCollaborator',
      summary: 'Stop sharing a tree with somebody',
      description: 'By its owner.',
    }),
    NamesNamespace(),
    ApiParam({ name: 'handle', description: 'Username or email', schema: { type: 'string', example: 'bob' } }),
    AnswersNothing('They are a collaborator no more'),
    Refuses(400, 'They are no collaborator', 'No such collaborator'),
    RefusesWithoutRole('invite:delete'),
  );
