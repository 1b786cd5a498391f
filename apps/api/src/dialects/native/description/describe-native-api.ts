import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { routesOf } from '../../../reference/route-table.js';
import { ERROR_SCHEMAS } from '../native.errors.schema.js';
import { NativeModule } from '../native.module.js';
import { addAccessRefusals } from './operation-access.js';
import { addDefaultAnswers, closeRequestBodies } from './operation-bodies.js';
import { addAccess, inStableOrder } from '../../../openapi/described-routes.js';
import { addExamples } from '../../../openapi/operation-examples.js';

const ABOUT = `A registry for virtual-machine disk images.

JSON in, JSON out, in UTF-8; times are RFC 3339 in UTC. Send a token as \`Authorization: Bearer …\`; \`POST /tokens\` makes one.
What a token may do is the scopes it has; what it may touch is decided on the thing itself. What one may not see is not
there: 404. Every answer has an \`X-Request-Id\`.`;

/** In the order in which a reader needs them. */
const TAGS = [
  'Images',
  'Operations',
  'Boot tests',
  'Namespaces',
  'Invites and collaborators',
  'Users',
  'Teams',
  'Transfers',
  'Tokens',
  'Hotkeys',
  'API keys',
  'Roles',
  'Bindings',
  'Access',
  'Quotas',
  'Audit',
  'This description',
];

/**
 * The native API as an OpenAPI 3.1 document, made from its controllers and saying nothing of any one server. The
 * application may be a preview of one: nothing in it is used.
 */
export function describeNativeApi(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, about(), { include: [NativeModule] });
  addAccess(document, routesOf(NativeModule), addAccessRefusals);
  addDefaultAnswers(document);
  closeRequestBodies(document);
  addExamples(document);
  return inStableOrder(document);
}

function about(): Omit<OpenAPIObject, 'paths'> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Diskyard',
      description: ABOUT,
      version: '1',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    tags: TAGS.map((name) => ({ name })),
    components: {
      schemas: ERROR_SCHEMAS,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'RFC 6750; the header only' } },
    },
  };
}
