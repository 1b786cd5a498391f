import { SetMetadata, type Type } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Principal } from '#kernel';
import type { Access } from './access.decorator.js';

/** How a dialect with credentials of its own knows who asks. */
export interface Credentials {
  /** What to do about being unknown; the caller reads it. */
  readonly advice: string;

  /**
   * Who asks; anonymous where no credential was sent. One that needs the whole body to be proven reads it here.
   * @throws DomainError `unauthenticated` for a credential that is no good
   */
  identify(request: Request, response: Response, access: Access): Promise<Principal>;
}

export const CREDENTIALS = Symbol('credentials');

/** The controller's callers are known by these, a provider; without it by bearer tokens, as the native dialect's are. */
export const KnowsCallersBy = (type: Type<Credentials>): ClassDecorator => SetMetadata(CREDENTIALS, type);

const presented = new WeakSet<object>();

/** Notes that a request came with a credential, where that is not `Authorization`. */
export function notePresented(request: object): void {
  presented.add(request);
}

/** Whether a request came with any credential, good or bad. */
export function presentsCredential(request: Request): boolean {
  return request.headers.authorization !== undefined || presented.has(request);
}
