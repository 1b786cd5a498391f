import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, type Page, type PageQuery, pageOf } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { Sr25519Verifier } from '#platform/signatures';
import { OwnCredentials } from '#domain/auth';
import { notHeld } from '#domain/permissions';
import {
  type CheckedSigningKey,
  checkNewSigningKey,
  type NewSigningKey,
  onceKeyOf,
  proofMessage,
  SIGNING_KEY_SCOPES,
} from './signing-key-rules.js';
import { type SigningKey, SigningKeysRepository } from './signing-keys.repository.js';
import { UsedSignaturesRepository } from './used-signatures.repository.js';

const KIND = 'signing_key';

/** Of one user. */
const MAX_KEYS = 20;

/** A user's keys that sign requests. */
@Injectable()
export class SigningKeysService {
  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly credentials: OwnCredentials,
    private readonly verifier: Sr25519Verifier,
    private readonly used: UsedSignaturesRepository,
  ) {}

  async list(principal: AuthenticatedPrincipal, query: PageQuery): Promise<Page<SigningKey>> {
    return pageOf(await this.keys.listOf(principal.userId, query), query);
  }

  /**
   * Registers a key of the caller's, who proves that they hold it.
   * @throws DomainError `invalid`; `forbidden` where their token has nothing to give; `conflict` for a key that is registered,
   *   to whomever, or one too many
   */
  async create(principal: AuthenticatedPrincipal, input: NewSigningKey): Promise<SigningKey> {
    const checked = checkNewSigningKey(input);
    const scopes = SIGNING_KEY_SCOPES.filter((scope) => principal.scopes.has(scope));
    if (scopes.length === 0) throw notHeld(SIGNING_KEY_SCOPES);
    await this.assertProven(checked, proofMessage(principal.username, input.nonce));
    const { name, publicKey } = checked;
    try {
      const token = await this.credentials.create(principal, { kind: KIND, name, scopes, limit: MAX_KEYS }, (tokenId) =>
        this.keys.insert(tokenId, publicKey),
      );
      const { id, cidrs, expiresAt, lastUsedAt, createdAt } = token;
      return { id, name, publicKey, scopes, cidrs, expiresAt, lastUsedAt, createdAt };
    } catch (error) {
      throw violatedUniqueConstraint(error) === 'signing_keys_public_key_key' ? isRegistered() : error;
    }
  }

  /** It is dead at once. @throws DomainError `not_found` */
  async revoke(principal: AuthenticatedPrincipal, id: number): Promise<void> {
    await this.credentials.revoke(principal, KIND, id);
  }

  /** A proof counts once: others may have seen it. */
  private async assertProven({ publicKey, signature }: CheckedSigningKey, message: string): Promise<void> {
    if (!(await this.verifier.verify(message, signature, publicKey))) {
      throw DomainError.field('invalid', 'signature', `Signature is not the hotkey’s over ${message}`);
    }
    if (!(await this.used.use(onceKeyOf(signature)))) {
      throw DomainError.field('invalid', 'signature', 'Signature was used before; sign again');
    }
  }
}

const isRegistered = (): DomainError =>
  new DomainError('conflict', 'This hotkey is registered already; delete it where it is, or use another');
