import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-http-bearer';
import type { Principal } from '#kernel';
import { Authenticator } from '#domain/auth';
import { BEARER } from '../../http/access/access.guard.js';

/** `Authorization: Bearer <token>` (RFC 6750, section 2.1), and nothing else. */
@Injectable()
export class NativeCredentials extends PassportStrategy(Strategy, BEARER) {
  constructor(private readonly authenticator: Authenticator) {
    super({ realm: 'Diskyard', passReqToCallback: true });
  }

  /** Shows passport the header and the address alone: tokens in a query or a body end up in logs and histories (section 5.3). */
  override authenticate(request: Request): void {
    super.authenticate({ headers: { authorization: request.headers.authorization }, ip: request.ip } as Request);
  }

  async validate({ ip }: Request, token: string): Promise<Principal | false> {
    return (await this.authenticator.authenticate(token, ip)) ?? false;
  }
}
