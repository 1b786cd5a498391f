import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import {
  Answers,
  AnswersNothing,
  AnswersPages,
  Filter,
  LOCATION,
  Refuses,
  RefusesBody,
  RefusesUnseen,
} from '../native.operations.js';
import { TeamAnswer } from './team.schema.js';

const tags = ['Teams'];

export const NamesTeam = (): MethodDecorator =>
  ApiParam({
    name: 'team',
    description: 'Name of the team, whatever the case',
    schema: { type: 'string', example: 'platform' },
  });

export const RefusesNonLeads = (): MethodDecorator =>
  applyDecorators(
    Refuses(
      403,
      'The caller sees the team but leads neither it nor its parent',
      'You can see this team, but only its leads and those of its parent may do this',
    ),
    RefusesUnseen('team'),
  );

export const ApiListTeams = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'listTeams',
      summary: 'List teams',
      description: 'One’s own with their parents and children; all of them for who holds `team:read` everywhere.',
    }),
    AnswersPages(TeamAnswer, 'Teams by name'),
    Filter('search', 'What the name contains, whatever the case'),
  );

export const ApiCreateTeam = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'createTeam',
      summary: 'Create a team',
      description: 'For who holds `team:write` everywhere; with a parent also for its leads. Nobody is in it yet.',
    }),
    Answers(201, TeamAnswer, 'The new team', { headers: LOCATION }),
    RefusesBody({ name: ['Name already exists'] }),
    Refuses(
      403,
      'The caller may not make this team',
      'A team without a parent is for those to make who hold team:write everywhere',
    ),
  );

export const ApiShowTeam = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showTeam', summary: 'Show a team' }),
    NamesTeam(),
    Answers(200, TeamAnswer, 'The team'),
    RefusesUnseen('team'),
  );

export const ApiUpdateTeam = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'updateTeam',
      summary: 'Change a team',
      description: 'By its leads and those of its parent. Another parent: by who leads both, the old and the new.',
    }),
    NamesTeam(),
    Answers(200, TeamAnswer, 'The team as it is now', { changes: { description: 'Builds the platform' } }),
    RefusesBody({ parent: ['A team that has a parent cannot have children'] }),
    RefusesNonLeads(),
  );

export const ApiDeleteTeam = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'deleteTeam',
      summary: 'Delete a team',
      description: 'By its leads and those of its parent. The name is free again.',
    }),
    NamesTeam(),
    AnswersNothing('The team is gone, and so are its roles'),
    RefusesNonLeads(),
    Refuses(
      409,
      'It owns something, or has children',
      'The team still owns 0 images, 1 namespaces and 0 service accounts, and is parent of 0 teams; delete or transfer them first',
    ),
  );
