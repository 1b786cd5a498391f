import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal, Page, Principal } from '#kernel';
import { type ImageListQuery, ImagesService, type ImageView } from '#domain/images';
import { RequireScope, RequireScopeUnlessPublic } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { joined, type NamespaceParams } from '../namespaces/namespaces.controller.js';
import { type RawQuery, setLinks } from '../native.paging.js';
import { presentImage } from './image.presenter.js';
import { ApiListImages, ApiListNamespaceImages } from './image-lists.openapi.js';
import { imageListLinks, readImageListQuery } from './image-list.query.js';

@Controller()
export class ImageListsController {
  constructor(
    private readonly images: ImagesService,
    private readonly url: PublicUrl,
  ) {}

  @Get('images')
  @RequireScope('image:read')
  @ApiListImages()
  async list(
    @Caller() caller: AuthenticatedPrincipal,
    @Query() raw: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object[]> {
    const query = readImageListQuery(raw);
    return this.present(await this.images.list(caller, query), query, request, response);
  }

  /** What `namespace:read` lets one see of a namespace includes the list of its images (the contract's 2.3). */
  @Get('n/:owner/*path/-/images')
  @RequireScopeUnlessPublic('namespace:read')
  @ApiListNamespaceImages()
  async listOfNamespace(
    @Caller() caller: Principal,
    @Param() { owner, path }: NamespaceParams,
    @Query() raw: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object[]> {
    const query = readImageListQuery(raw);
    const page = await this.images.listOfNamespace(caller, owner, joined(path), query);
    return this.present(page, query, request, response);
  }

  private present(page: Page<ImageView>, query: ImageListQuery, request: Request, response: Response): object[] {
    setLinks(request, response, this.url.base, imageListLinks(page, query, request.query as RawQuery));
    return page.items.map((image) => presentImage(image, this.url.base));
  }
}
