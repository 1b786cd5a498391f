import { Controller, Get, Param } from '@nestjs/common';
import type { AuthenticatedPrincipal, Page, Principal } from '#kernel';
import { type ImageListQuery, ImagesService, type ImageView } from '#domain/images';
import { RequireScope, RequireScopeUnlessPublic } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { joined, type NamespaceParams } from '../namespaces/namespaces.controller.js';
import { Listing, Lists } from '../native.listing.js';
import { presentImage } from './image.presenter.js';
import { ApiListImages, ApiListNamespaceImages } from './image-lists.openapi.js';
import { imageListLinks, readImageListQuery } from './image-list.query.js';

@Controller()
export class ImageListsController {
  constructor(private readonly images: ImagesService) {}

  @Get('images')
  @RequireScope('image:read')
  @ApiListImages()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const query = readImageListQuery(listing.query);
    return answer(listing, query, await this.images.list(caller, query));
  }

  /** What `namespace:read` lets one see of a namespace includes the list of its images (the contract's 2.3). */
  @Get('n/:owner/*path/-/images')
  @RequireScopeUnlessPublic('namespace:read')
  @ApiListNamespaceImages()
  async listOfNamespace(
    @Caller() caller: Principal,
    @Param() { owner, path }: NamespaceParams,
    @Lists() listing: Listing,
  ): Promise<object[]> {
    const query = readImageListQuery(listing.query);
    return answer(listing, query, await this.images.listOfNamespace(caller, owner, joined(path), query));
  }
}

function answer(listing: Listing, query: ImageListQuery, page: Page<ImageView>): object[] {
  listing.link(imageListLinks(page, query, listing.query));
  return page.items.map((image) => presentImage(image, listing.base));
}
