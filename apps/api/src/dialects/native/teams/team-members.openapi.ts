import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { Answers, AnswersNothing, AnswersPages, Refuses, RefusesBody, RefusesUnseen } from '../native.operations.js';
import { TeamMemberAnswer } from './team.schema.js';
import { NamesTeam, RefusesNonLeads } from './teams.openapi.js';

const tags = ['Teams'];

const NamesMember = (): MethodDecorator =>
  ApiParam({
    name: 'username',
    description: 'Name of the user, whatever the case',
    schema: { type: 'string', example: 'alice' },
  });

const RefusesLastLead = (): MethodDecorator =>
  Refuses(
    409,
    'The team would have no lead; an operator may do it',
    'This is the last lead of the team; make another member lead first, or ask an operator',
  );

export const ApiListTeamMembers = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listTeamMembers', summary: 'List the members of a team' }),
    NamesTeam(),
    AnswersPages(TeamMemberAnswer, 'Members by name'),
    RefusesUnseen('team'),
  );

export const ApiPutTeamMember = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'putTeamMember',
      summary: 'Add a user to a team, or change what they are in it',
      description:
        'By the leads of the team and those of its parent, with a token of all scopes that this gives. ' +
        'Only users are members, never teams.',
    }),
    NamesTeam(),
    NamesMember(),
    Answers(200, TeamMemberAnswer, 'The member'),
    RefusesBody({ role: ['Role must be one of the following values: member, lead'] }),
    RefusesNonLeads(),
    RefusesLastLead(),
  );

export const ApiRemoveTeamMember = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'removeTeamMember',
      summary: 'Take a member out of a team',
      description: 'By the leads of the team and those of its parent; everybody may leave by themselves.',
    }),
    NamesTeam(),
    NamesMember(),
    AnswersNothing('The user is no member any more'),
    RefusesNonLeads(),
    RefusesLastLead(),
  );
