import type { OperationObject, ResponseObject } from '@nestjs/swagger';
import type { Access } from '../../../http/access/access.decorator.js';
import { errorSchema } from '../native.errors.schema.js';

const CHALLENGE = {
  'WWW-Authenticate': { description: 'What is wrong with the token (RFC 6750)', schema: { type: 'string' } },
} as const;

/** Says of an operation what the access guard may answer in its place. */
export function addAccessRefusals(operation: OperationObject, access: Access): void {
  if (access.kind === 'public') return;
  operation.responses['401'] = refusal(
    access.kind === 'scope or public' ? 'The token is unknown, revoked or expired' : 'There is no valid token',
    'Send a valid token in the header "Authorization: Bearer <token>"',
  );
  if (access.kind === 'authenticated') return;
  const { scope } = access;
  const own = operation.responses['403'] as ResponseObject | undefined;
  const lacking = refusal(`The token lacks the scope \`${scope}\``, `Your token does not have the scope ${scope}`);
  operation.responses['403'] = own
    ? { ...own, description: `${own.description}; or the token lacks the scope \`${scope}\``, headers: CHALLENGE }
    : lacking;
}

function refusal(description: string, message: string): ResponseObject {
  return {
    description,
    headers: CHALLENGE,
    content: { 'application/json': { schema: errorSchema(401), example: { message } } },
  };
}
