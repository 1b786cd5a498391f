import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal } from '#kernel';
import { Config } from '#platform/config';
import { type ImageSlice, type ImageSort, ImagesService, positionOf } from '#domain/images';
import { PacedAnswer } from '../../../http/paced-answer.js';
import { rowsOf } from '../chutes.paging.js';
import { ImageCatalogue } from './image-catalogue.js';
import type { ImageListRequest } from './image-list.query.js';
import { presentImage } from './image.presenter.js';

/** Images that are held in memory at once: a client may ask for any number of them. */
const SLICE = 500;

const NEWEST_FIRST: ImageSort = { by: 'created_at', descending: true };

/** Sends a list piece by piece, no faster than the client reads. */
@Injectable()
export class ImageListResponse {
  constructor(
    private readonly images: ImagesService,
    private readonly catalogue: ImageCatalogue,
    private readonly config: Config,
  ) {}

  async send(caller: AuthenticatedPrincipal, list: ImageListRequest, response: Response): Promise<void> {
    const { page, limit } = list.paging;
    const [total, items] = [await this.images.countOwn(caller, list), this.items(caller, list)];
    const first = await items.next(); // what goes wrong here can still be told
    const head = JSON.stringify({ total, page, limit }).slice(0, -1);
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = new PacedAnswer(response, gone.signal, this.config.idleTimeoutMs);
    if (!(await answer.write(Buffer.from(`${head},"items":[${first.value ?? ''}`)))) return;
    for await (const more of items) if (!(await answer.write(Buffer.from(`,${more}`)))) return;
    response.end('],"cord_refs":null}');
  }

  /** The items of the page, as JSON, some at a time. */
  private async *items(
    caller: AuthenticatedPrincipal,
    { includePublic, filters, paging }: ImageListRequest,
  ): AsyncGenerator<string, void, undefined> {
    const { offset, count } = rowsOf(paging);
    let slice: ImageSlice = { kind: 'offset', offset };
    for (let left = count; left > 0;) {
      const query = { filters, includePublic, sort: NEWEST_FIRST, slice, limit: Math.min(left, SLICE) };
      const { items, hasNext } = await this.images.listOwn(caller, query);
      const last = items.at(-1);
      if (!last) return;
      const described = await this.catalogue.describe(items);
      yield described.map((image) => JSON.stringify(presentImage(image))).join(',');
      if (!hasNext) return;
      left -= items.length;
      slice = { kind: 'after', position: positionOf(last, NEWEST_FIRST) };
    }
  }
}
