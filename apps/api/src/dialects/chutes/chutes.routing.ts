import type { NextFunction, Request, Response } from 'express';

/** Where the dialect's routes are. */
export const CHUTES_PREFIX = '/chutes';

const IMAGES = /^\/images(?=[/?]|$)/;

/**
 * Clients of this dialect know the path `/images` alone, which is also the native one: what tells them apart is a header.
 * `originalUrl` stays what it was, which is what is logged, and what signatures are about.
 */
export function routeChutesClients(request: Request, _response: Response, next: NextFunction): void {
  if (IMAGES.test(request.url) && isChutesClient(request)) request.url = CHUTES_PREFIX + request.url;
  next();
}

/** Whether a request is for the dialect, after `routeChutesClients`. */
export function isForChutes({ path }: Pick<Request, 'path'>): boolean {
  return path === CHUTES_PREFIX || path.startsWith(`${CHUTES_PREFIX}/`);
}

function isChutesClient({ headers }: Request): boolean {
  if (Object.keys(headers).some((name) => name.startsWith('x-chutes-'))) return true;
  return headers.authorization?.split(' ').at(-1)?.startsWith('cpk_') ?? false;
}
