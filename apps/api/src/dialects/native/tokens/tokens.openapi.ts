import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { Answers, AnswersNothing, Filter, Refuses, RefusesBody, RefusesUnseen } from '../native.operations.js';
import { IssuedTokenAnswer, TokenAnswer } from './token.schema.js';

const tags = ['Tokens'];

const NamesToken = (): MethodDecorator =>
  ApiParam({ name: 'id', description: 'Number of the token', schema: { type: 'integer', example: 3 } });

const RefusesMoreThanHeld = (or = ''): MethodDecorator =>
  Refuses(
    403,
    `The token that is sent has less to give: fewer scopes, or an earlier end${or}`,
    'You cannot grant what you do not hold: image:delete',
  );

export const ApiListTokens = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listTokens', summary: 'List tokens', description: 'Without their secrets.' }),
    Filter(
      'filter',
      'For operators, in pages: tokens of all users that are `unused`, `never_expiring`, or `expiring` within 14 days',
    ),
    Filter(
      'user',
      'Name of the user whose tokens to list: a service account that the caller manages, or for admins anybody; the caller’s own without',
    ),
    Answers(200, [TokenAnswer], 'All tokens of the user'),
    Refuses(400, 'There is no such filter', { filter: ['Filter must be one of unused, never_expiring, expiring'] }),
    Refuses(
      403,
      'The caller names another user, and neither manages it nor is an admin',
      'Only a user with the role admin may name another user',
    ),
    RefusesUnseen('user'),
  );

export const ApiCreateToken = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'createToken',
      summary: 'Create a token',
      description: 'Its secret is in the answer’s `token`, and nowhere else ever after.',
    }),
    Answers(201, IssuedTokenAnswer, 'The new token with its secret'),
    RefusesBody({ scopes: ['Scopes must name at least one scope'] }),
    RefusesMoreThanHeld('; or the caller names another user, and neither manages it nor is an admin'),
    RefusesUnseen('user'),
  );

export const ApiRotateToken = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'rotateToken',
      summary: 'Give a token a new secret',
      description: 'The old one dies at once, or after `overlap` seconds; all else stays.',
    }),
    NamesToken(),
    Answers(200, IssuedTokenAnswer, 'The token with its new secret'),
    RefusesBody({ overlap: ['Overlap must be a whole number of seconds from 0 to 2592000'] }),
    RefusesMoreThanHeld(),
    RefusesUnseen('token'),
  );

export const ApiRetirePreviousSecret = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'retirePreviousSecret',
      summary: 'End the overlap of a rotation',
      description: 'The secret before the last rotation dies at once.',
    }),
    NamesToken(),
    AnswersNothing('Only the new secret is good'),
    RefusesUnseen('token'),
  );

export const ApiRevokeToken = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'revokeToken', summary: 'Revoke a token', description: 'It dies at once.' }),
    NamesToken(),
    AnswersNothing('The token is gone'),
    RefusesUnseen('token'),
  );
