import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { Answers, AnswersNothing, AnswersPages, Refuses, RefusesBody, RefusesUnseen } from '../native.operations.js';
import { ApiKeyAnswer, IssuedApiKeyAnswer } from './api-key.schema.js';

const tags = ['API keys'];

const NamesApiKey = (): MethodDecorator =>
  ApiParam({ name: 'id', description: 'Number of the API key', schema: { type: 'integer', example: 8 } });

export const ApiListApiKeys = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listApiKeys', summary: 'List API keys', description: 'Without their secrets.' }),
    AnswersPages(ApiKeyAnswer, 'Those of the caller, the oldest first'),
  );

export const ApiShowApiKey = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showApiKey', summary: 'Show an API key', description: 'Without its secret.' }),
    NamesApiKey(),
    Answers(200, ApiKeyAnswer, 'The API key'),
    RefusesUnseen('API key'),
  );

export const ApiCreateApiKey = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'createApiKey',
      summary: 'Create an API key',
      description:
        'A credential for the Chutes dialect alone. Its secret is in the answer’s `secret_key`, and nowhere else ever after.',
    }),
    Answers(201, IssuedApiKeyAnswer, 'The new API key with its secret'),
    RefusesBody({ scopes: ['Scopes must name at least one scope, or admin be true'] }),
    Refuses(403, 'The token that is sent has less to give', 'You cannot grant what you do not hold: image:delete'),
    Refuses(409, 'The caller has an API key of this name, or a hundred', 'You have an API key of this name already'),
  );

export const ApiDeleteApiKey = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'deleteApiKey', summary: 'Delete an API key', description: 'It dies at once.' }),
    NamesApiKey(),
    AnswersNothing('The API key is gone'),
    RefusesUnseen('API key'),
  );
