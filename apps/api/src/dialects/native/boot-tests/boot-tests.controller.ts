import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal, Principal } from '#kernel';
import { BootTestResults, BootTestsService } from '#domain/boot-tests';
import { parseImageReference } from '#domain/images';
import { RequireScope, RequireScopeUnlessPublic } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { monitorLink } from '../operations/monitor-link.js';
import { presentOperation } from '../operations/operation.presenter.js';
import { BootTestFileResponse } from './boot-test-file.response.js';
import { presentBootTest } from './boot-test.presenter.js';
import { StartBootTestDto, toBootTestOptions } from './boot-tests.dto.js';
import { ApiSendBootConsole, ApiSendBootScreen, ApiShowBootTest, ApiStartBootTest } from './boot-tests.openapi.js';

/** Whether one image boots, by id or by URL-encoded reference. */
@Controller('images/:image/boot-test')
export class BootTestsController {
  constructor(
    private readonly tests: BootTestsService,
    private readonly results: BootTestResults,
    private readonly file: BootTestFileResponse,
    private readonly url: PublicUrl,
  ) {}

  @Post()
  @HttpCode(202)
  @RequireScope('image:write')
  @ApiStartBootTest()
  async start(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('image') image: string,
    @Body() body: StartBootTestDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const operation = await this.tests.start(caller, parseImageReference(image), toBootTestOptions(body));
    response.setHeader('Location', `${this.url.base}/operations/${operation.id}`);
    response.setHeader('Link', monitorLink(this.url.base, operation.id));
    return presentOperation(operation, this.url.base);
  }

  @Get()
  @RequireScopeUnlessPublic('image:read')
  @ApiShowBootTest()
  async show(@Caller() caller: Principal, @Param('image') image: string): Promise<object> {
    const { imageId, test } = await this.results.get(caller, parseImageReference(image));
    return presentBootTest(imageId, test, this.url.base);
  }

  @Get('console')
  @RequireScopeUnlessPublic('image:read')
  @ApiSendBootConsole()
  async console(@Caller() caller: Principal, @Param('image') image: string, @Res() response: Response): Promise<void> {
    const file = await this.results.getFile(caller, parseImageReference(image), 'console');
    await this.file.send(file, 'text/plain; charset=utf-8', response);
  }

  @Get('screen')
  @RequireScopeUnlessPublic('image:read')
  @ApiSendBootScreen()
  async screen(@Caller() caller: Principal, @Param('image') image: string, @Res() response: Response): Promise<void> {
    const file = await this.results.getFile(caller, parseImageReference(image), 'screen');
    await this.file.send(file, 'image/png', response);
  }
}
