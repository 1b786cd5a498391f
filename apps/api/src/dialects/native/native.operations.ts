import { applyDecorators, type Type } from '@nestjs/common';
import { ApiParam, ApiQuery, ApiResponse, type HeaderObject, type ResponseObject } from '@nestjs/swagger';
import { DEFAULT_PAGE_SIZE, type FieldErrors, MAX_PAGE_SIZE, type Scope } from '#kernel';
import { errorSchema } from './native.errors.schema.js';

/** What operations of several nouns say of themselves, as decorators. */

type Headers = Readonly<Record<string, HeaderObject>>;

export const LOCATION: Headers = {
  Location: { description: 'Where it is', schema: { type: 'string', format: 'uri' } },
};

const LINK: Headers = {
  Link: {
    description: 'Absolute URLs of the pages `first`, `prev` and `next`, if there are (RFC 8288)',
    schema: { type: 'string' },
  },
};

interface AnswerDetails {
  readonly headers?: Headers;
  /** What stands over the schema's own example, where this operation answers something else. */
  readonly changes?: object;
}

/** A JSON answer: one thing, or a list of them. */
export function Answers(
  status: number,
  type: Type | [Type],
  description: string,
  { headers, changes }: AnswerDetails = {},
): MethodDecorator {
  return ApiResponse({ status, type, description, ...(headers && { headers }), ...(changes && { example: changes }) });
}

export const AnswersNothing = (description: string): MethodDecorator => ApiResponse({ status: 204, description });

/** A refusal. The example is a message, or messages by field. */
export function Refuses(
  status: number,
  when: string,
  example: string | FieldErrors,
  headers?: Headers,
): MethodDecorator {
  const body = typeof example === 'string' ? { message: example } : example;
  return ApiResponse({
    status,
    description: when,
    ...(headers && { headers }),
    content: { 'application/json': { schema: errorSchema(status), example: body } },
  } satisfies ResponseObject & { status: number });
}

export const RefusesUnseen = (what: string): MethodDecorator =>
  Refuses(404, `There is no such ${what}, or it is not for the caller to see`, 'Not Found');

/** Of whoever asks for what takes a role with `scope` on a namespace, or owning it. */
export const RefusesWithoutRole = (scope: Scope): MethodDecorator =>
  applyDecorators(
    Refuses(
      403,
      'The caller sees the namespace but has no role on it that grants this',
      `You can see this namespace, but have no role with ${scope} on it`,
    ),
    RefusesUnseen('namespace'),
  );

/** What can be wrong with a JSON body. */
export const RefusesBody = (example: FieldErrors, when = 'Something in the body is wrong'): MethodDecorator =>
  applyDecorators(Refuses(400, when, example), Refuses(413, 'The body is too large', 'The JSON body is too large'));

/** A list in pages, and the parameters that choose one. */
export const AnswersPages = (type: Type, description: string, changes?: object): MethodDecorator =>
  applyDecorators(
    Answers(200, [type], description, { headers: LINK, ...(changes && { changes: [changes] }) }),
    ApiQuery({
      name: 'page',
      required: false,
      description: 'Which page; what is no positive number is 1',
      schema: { type: 'integer', minimum: 1, default: 1 },
    }),
    ApiQuery({
      name: 'limit',
      required: false,
      description: 'How many a page',
      schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE },
    }),
  );

/** A filter of a list. */
export const Filter = (name: string, description: string): MethodDecorator =>
  ApiQuery({ name, required: false, description, schema: { type: 'string' } });

/** `:image`. */
export const NamesImage = (): MethodDecorator =>
  ApiParam({
    name: 'image',
    description:
      'Its number, or its URL-encoded reference: `name`, `name:tag` (of the caller’s own), `owner/name:tag` or ' +
      '`owner/path/of/namespace/name:tag`; the tag is `latest` unless told. Digits alone are a number.',
    schema: { type: 'string', example: 'alice/team/ubuntu:24.04' },
  });

/** `:owner` and `*path`. */
export const NamesNamespace = (): MethodDecorator =>
  applyDecorators(
    ApiParam({ name: 'owner', description: 'Username of its owner', schema: { type: 'string', example: 'alice' } }),
    ApiParam({
      name: 'path',
      description: 'Its path, e.g. `team/ci`; the slashes in it stay slashes',
      schema: { type: 'string', example: 'team' },
    }),
  );
