import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ANONYMOUS, type AuthenticatedPrincipal, DomainError, type Principal } from '#kernel';
import { ApiKeyAuthenticator, isApiKeySecret } from '#domain/api-keys';
import { Authenticator } from '#domain/auth';
import { type ClaimedKey, SignedRequests } from '#domain/signing-keys';
import { type Access, assertScope } from '../../http/access/access.decorator.js';
import { type Credentials, notePresented } from '../../http/access/credentials.js';
import { SpooledBodies } from '../../http/spooled-bodies.js';
import { keyUseOf } from './chutes.key-use.js';
import { readSignature, type RequestSignature, signedMessage } from './chutes.signatures.js';

/**
 * A complete set of signature headers, else the last word of `Authorization` under any scheme: an API key, or one of our own
 * tokens (contract, section 2.2).
 */
@Injectable()
export class ChutesCredentials implements Credentials {
  readonly advice = 'Sign the request with a hotkey that is registered here, or send an API key in Authorization';

  constructor(
    private readonly keys: SignedRequests,
    private readonly apiKeys: ApiKeyAuthenticator,
    private readonly tokens: Authenticator,
    private readonly bodies: SpooledBodies,
  ) {}

  async identify(request: Request, response: Response, access: Access): Promise<Principal> {
    if (request.headers['x-chutes-signature'] !== undefined) notePresented(request);
    const signed = readSignature(request.headers);
    if (signed) return this.bySignature(signed, request, response, access);
    const secret = request.headers.authorization?.trim().split(' ').at(-1) ?? '';
    return secret === '' ? ANONYMOUS : this.bySecret(secret, request);
  }

  private async bySecret(secret: string, { method, originalUrl, ip }: Request): Promise<Principal> {
    if (isApiKeySecret(secret)) return this.apiKeys.authenticate(secret, keyUseOf(method, originalUrl), ip);
    const principal = await this.tokens.authenticate(secret, ip);
    if (!principal) throw new DomainError('unauthenticated', 'The token is malformed, unknown, revoked or expired');
    return principal;
  }

  /**
   * The body of a POST is part of what is signed. All that can be said against it before is said before a byte is read; and
   * afterwards the key is looked for again, since the body may have taken an hour.
   */
  private async bySignature(
    signed: RequestSignature,
    request: Request,
    response: Response,
    access: Access,
  ): Promise<Principal> {
    const claimed = await this.keys.find(signed.publicKey, request.ip);
    // As the contract has it for logs of public images: an unknown hotkey is nobody's.
    if (!claimed && access.kind === 'scope or public') return ANONYMOUS;
    if (!claimed) throw unknownHotkey();
    if (request.method !== 'POST') return this.prove(claimed, signed, request);
    assertScope(claimed.principal, access);
    const { sha256 } = await this.bodies.receive(request, response, claimed.principal.userId);
    const still = await this.keys.find(signed.publicKey, request.ip);
    if (!still) throw unknownHotkey();
    return this.prove(still, signed, request, sha256);
  }

  private prove(
    claimed: ClaimedKey,
    signed: RequestSignature,
    { method, originalUrl }: Request,
    bodySha256?: string,
  ): Promise<AuthenticatedPrincipal> {
    return this.keys.prove(claimed, signedMessage(signed, { method, originalUrl, bodySha256 }));
  }
}

const unknownHotkey = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'This hotkey is not registered here, or does not count; POST /user/hotkeys registers it',
  );
