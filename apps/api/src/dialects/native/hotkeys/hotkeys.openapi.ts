import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { Answers, AnswersNothing, AnswersPages, Refuses, RefusesBody, RefusesUnseen } from '../native.operations.js';
import { HotkeyAnswer } from './hotkey.schema.js';

const tags = ['Hotkeys'];

export const ApiListHotkeys = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'listHotkeys', summary: 'List the caller’s hotkeys' }),
    AnswersPages(HotkeyAnswer, 'Those of the caller, the oldest first'),
  );

export const ApiCreateHotkey = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'createHotkey',
      summary: 'Register a hotkey',
      description:
        'Requests of the Chutes dialect that it signs are the caller’s then. It proves that the caller holds it by its signature over `diskyard:<username>:<nonce>:hotkey`, which counts once.',
    }),
    Answers(201, HotkeyAnswer, 'The hotkey, which counts from now on'),
    RefusesBody({ signature: ['Signature must be 128 hex digits, without 0x'] }),
    Refuses(
      403,
      'The token that is sent has no scope that a hotkey could have',
      'You cannot grant what you do not hold: image:read, image:write, image:delete, image:build, operation:read',
    ),
    Refuses(
      409,
      'The hotkey is registered already, or the caller has twenty',
      'This hotkey is registered already; delete it where it is, or use another',
    ),
  );

export const ApiDeleteHotkey = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'deleteHotkey', summary: 'Delete a hotkey', description: 'It is dead at once.' }),
    ApiParam({ name: 'id', description: 'Number of the hotkey', schema: { type: 'integer', example: 7 } }),
    AnswersNothing('The hotkey is gone'),
    RefusesUnseen('hotkey'),
  );
