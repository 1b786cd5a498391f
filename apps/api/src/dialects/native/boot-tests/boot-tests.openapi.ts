import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Answers, LOCATION, Refuses, RefusesBody, RefusesUnseen, NamesImage } from '../native.operations.js';
import { OperationAnswer } from '../operations/operation.schema.js';
import { BootTestAnswer } from './boot-test.schema.js';

const tags = ['Boot tests'];

const NEVER = 'There is no boot test of this image yet; POST /images/:image/boot-test begins one';

export const ApiStartBootTest = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      tags,
      operationId: 'startBootTest',
      summary: 'Have an image booted',
      description:
        'In an emulated machine without network, from a copy: it must print a login prompt on its serial console, power ' +
        'off, or print the marker where there is one. While a test waits or is under way, who asks again gets that one.',
    }),
    NamesImage(),
    Answers(202, OperationAnswer, 'The operation that tests it', {
      headers: {
        ...LOCATION,
        Link: { description: 'The operation: `rel="monitor"`', schema: { type: 'string' } },
      },
      changes: { id: 1, kind: 'boot-test', source: null, max_attempts: 3 },
    }),
    RefusesBody({ firmware: ['Firmware must be one of auto, bios, uefi'] }),
    Refuses(
      403,
      'The caller sees the image but may not have it booted',
      'You can see this image, but to have it booted takes image:write on it',
    ),
    RefusesUnseen('image'),
    Refuses(
      503,
      'This server cannot boot it',
      'Disks cannot be booted here: install the package qemu-system-x86 (Debian, Ubuntu)',
    ),
  );

export const ApiShowBootTest = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId: 'showBootTest', summary: 'Show whether an image boots' }),
    NamesImage(),
    Answers(200, BootTestAnswer, 'The last test that came to a result'),
    Refuses(404, 'There is no such image, it is not for the caller to see, or it was never booted', NEVER),
  );

const SendsFile = (operationId: string, summary: string, type: string, description: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ tags, operationId, summary }),
    NamesImage(),
    ApiResponse({
      status: 200,
      description,
      content: { [type]: { schema: { type: 'string', ...(type === 'image/png' && { format: 'binary' }) } } },
    }),
    Refuses(404, 'There is no such image, it is not for the caller to see, or there is nothing of the kind', NEVER),
    Refuses(503, 'The image store does not answer', 'The image store does not answer; try again later'),
  );

export const ApiSendBootConsole = (): MethodDecorator =>
  SendsFile(
    'readBootConsole',
    'Read what the console printed in a boot test',
    'text/plain',
    'All of it, terminal codes too; where it is more than 1 MiB, the beginning and the end',
  );

export const ApiSendBootScreen = (): MethodDecorator =>
  SendsFile('showBootScreen', 'Show the last screen of a boot test', 'image/png', 'The screen as the test ended');
