import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { Answers, AnswersNothing, AnswersPages, RefusesBody, RefusesUnseen } from '../native.operations.js';
import { QuotaAnswer, UsageAnswer } from './quota.schema.js';

const tags = ['Quotas'];

const WHOSE = 'One’s own, one’s teams’, and those of root namespaces one may look into; all, for operators.';

const RULE =
  'Every owner pays for what it references: an image counts with all its bytes, also where others have the same ones. ' +
  'It counts against its owner, a user or a team, and against the root of the tree it is in. ' +
  'Pushes under way count with what they have reserved.';

/** What stands in the path. */
export type Subject = 'account' | 'namespace';

const Names = (subject: Subject): MethodDecorator =>
  subject === 'account'
    ? ApiParam({
        name: 'account',
        description: 'Name of a user or a team',
        schema: { type: 'string', example: 'alice' },
      })
    : applyDecorators(
        ApiParam({ name: 'owner', description: 'Name of its owner', schema: { type: 'string', example: 'alice' } }),
        ApiParam({
          name: 'root',
          description: 'Name of a root namespace',
          schema: { type: 'string', example: 'team' },
        }),
      );

const IN_WORDS = { account: 'a user or a team', namespace: 'a root namespace' };

/** `ShowAccountQuota` and so on. */
const idOf = (verb: string, subject: Subject): string =>
  `${verb}${subject === 'account' ? 'Account' : 'Namespace'}Quota`;

/** The example of a schema is a namespace's. */
const changesFor = (subject: Subject): { changes?: object } =>
  subject === 'account' ? { changes: { type: 'user', name: 'alice' } } : {};

export const ApiListQuotas = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listQuotas', summary: 'List quotas', description: `${WHOSE} ${RULE}` }),
    AnswersPages(QuotaAnswer, 'Quotas by type and name'),
  );

export const ApiListUsage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'listUsage',
      summary: 'What is held, and what may be',
      description: `${WHOSE} Also of what has no quota. ${RULE}`,
    }),
    AnswersPages(UsageAnswer, 'Usage by type and name'),
  );

export const ApiShowQuota = (subject: Subject): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: idOf('show', subject), summary: `Show the quota of ${IN_WORDS[subject]}` }),
    Names(subject),
    Answers(200, QuotaAnswer, 'The quota', changesFor(subject)),
    RefusesUnseen('quota'),
  );

export const ApiPutQuota = (subject: Subject): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: idOf('put', subject),
      summary: `Set the quota of ${IN_WORDS[subject]}`,
      description:
        'For operators: nobody else’s token has the scope. A limit may be below what is held: nothing is deleted, and nothing more is taken. ' +
        `What is beyond a quota is refused with 413 before it is sent. ${RULE}`,
    }),
    Names(subject),
    Answers(200, QuotaAnswer, 'The quota as it is now', changesFor(subject)),
    RefusesBody({ limit_bytes: ['Say limit_bytes, limit_images or both; to lift all limits, delete the quota'] }),
    RefusesUnseen(subject === 'account' ? 'account' : 'root namespace'),
  );

export const ApiDeleteQuota = (subject: Subject): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: idOf('delete', subject),
      summary: `Delete the quota of ${IN_WORDS[subject]}`,
      description: 'For operators: nobody else’s token has the scope.',
    }),
    Names(subject),
    AnswersNothing('There is no limit any more'),
    RefusesUnseen('quota'),
  );
