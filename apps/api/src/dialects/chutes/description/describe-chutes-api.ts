import type { INestApplication } from '@nestjs/common';
import { getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { addAccess, inStableOrder } from '../../../openapi/described-routes.js';
import { addExamples } from '../../../openapi/operation-examples.js';
import { operationsOf } from '../../../openapi/operations-of.js';
import { routesOf } from '../../../reference/route-table.js';
import { addAccessRefusals, ERROR_SCHEMAS } from '../chutes.errors.schema.js';
import { ChutesModule } from '../chutes.module.js';

const ABOUT = `The images API of Chutes, as its SDK speaks it: images are built from Dockerfiles, and are disk images of this registry.

The same routes are at \`/images\` for requests that carry a header \`X-Chutes-…\` or a key that begins with \`cpk_\`.`;

/** The dialect as an OpenAPI 3.1 document, made from its controllers. The application may be a preview of one. */
export function describeChutesApi(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, about(), { include: [ChutesModule] });
  addAccess(document, routesOf(ChutesModule), addAccessRefusals);
  for (const { operation } of operationsOf(document)) {
    operation.responses.default = {
      description: 'Anything else that is wrong with the request, or with the server',
      content: { 'application/json': { schema: { $ref: getSchemaPath('ErrorDetail') } } },
    };
  }
  addExamples(document);
  return inStableOrder(document);
}

function about(): Omit<OpenAPIObject, 'paths'> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Diskyard for Chutes clients',
      description: ABOUT,
      version: '1',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    tags: [{ name: 'Images' }, { name: 'This description' }],
    components: {
      schemas: ERROR_SCHEMAS,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token of this registry' } },
    },
  };
}
