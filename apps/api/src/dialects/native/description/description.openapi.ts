import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';

const tags = ['This description'];

export const ApiShowDocument = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showDocument', summary: 'This description, for programs' }),
    ApiResponse({
      status: 200,
      description: 'An OpenAPI 3.1 document',
      content: {
        'application/json': {
          schema: { type: 'object', required: ['openapi', 'info', 'paths'] },
          example: { openapi: '3.1.0', info: { title: 'Diskyard', version: '1' }, paths: {} },
        },
      },
    }),
  );

export const ApiShowPage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showPage', summary: 'This description, for people' }),
    ApiResponse({
      status: 200,
      description: 'A page without scripts',
      content: { 'text/html': { schema: { type: 'string' } } },
    }),
  );
