import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { parseImageReference } from '#domain/images';
import { ImageTransfersService, TreeTransfersService } from '#domain/transfers';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { presentImage } from '../images/image.presenter.js';
import { presentNamespace } from '../namespaces/namespace.presenter.js';
import { joined, type NamespaceParams } from '../namespaces/namespaces.controller.js';
import { TransferDto } from './transfers.dto.js';
import { ApiTransferImage, ApiTransferNamespace } from './transfers.openapi.js';

@Controller()
export class TransfersController {
  constructor(
    private readonly trees: TreeTransfersService,
    private readonly images: ImageTransfersService,
    private readonly url: PublicUrl,
  ) {}

  @Post('n/:owner/*path/-/transfer')
  @RequireScope('namespace:write')
  @HttpCode(200)
  @ApiTransferNamespace()
  async transferTree(
    @Caller() caller: AuthenticatedPrincipal,
    @Param() { owner, path }: NamespaceParams,
    @Body() { to }: TransferDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | undefined> {
    const root = await this.trees.transfer(caller, owner, joined(path), to);
    return answered(response, root && presentNamespace(root, root.user, this.url.base));
  }

  @Post('images/:image/transfer')
  @RequireScope('image:write')
  @HttpCode(200)
  @ApiTransferImage()
  async transferImage(
    @Caller() caller: AuthenticatedPrincipal,
    @Param('image') reference: string,
    @Body() { to }: TransferDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | undefined> {
    const image = await this.images.transfer(caller, parseImageReference(reference), to);
    return answered(response, image && presentImage(image, this.url.base));
  }
}

/** Nothing is told of what the caller does not see any more. */
function answered(response: Response, body: object | undefined): object | undefined {
  if (!body) response.status(204);
  return body;
}
