import { applyDecorators, Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Public } from '../../../http/access/access.decorator.js';
import { ChutesDescription } from './chutes-description.js';

const ApiShowDocument = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags: ['This description'], operationId: 'showDocument', summary: 'This description' }),
    ApiResponse({
      status: 200,
      description: 'An OpenAPI 3.1 document',
      content: {
        'application/json': {
          schema: { type: 'object', required: ['openapi', 'info', 'paths'] },
          example: { openapi: '3.1.0', info: { title: 'Diskyard for Chutes clients', version: '1' }, paths: {} },
        },
      },
    }),
  );

@Controller('chutes')
export class ChutesDescriptionController {
  constructor(private readonly description: ChutesDescription) {}

  @Get('openapi.json')
  @Public()
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiShowDocument()
  showDocument(): string {
    return this.description.edition().json;
  }
}
