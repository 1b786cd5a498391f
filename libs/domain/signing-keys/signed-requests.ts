import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { Sr25519Verifier } from '#platform/signatures';
import { type CredentialRow, KnownCredentials } from '#domain/auth';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { UsedSignaturesRepository } from './used-signatures.repository.js';

/** Whoever has the key that a request says it is signed with: nothing is proven yet. */
export interface ClaimedKey {
  readonly publicKey: Uint8Array;
  readonly principal: AuthenticatedPrincipal;
  readonly row: CredentialRow;
}

/** What is to be proven of a request. */
export interface SignedMessage {
  readonly message: string;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  /** What counts once, as `onceKeyOf` gives it. */
  readonly onceKey: Buffer;
}

/** Turns signatures into principals. */
@Injectable()
export class SignedRequests {
  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly known: KnownCredentials,
    private readonly verifier: Sr25519Verifier,
    private readonly used: UsedSignaturesRepository,
  ) {}

  /** Undefined for a key that nobody registered, that has ended or does not count from `address`, or whose user is disabled. */
  async find(publicKey: Uint8Array, address: string | undefined): Promise<ClaimedKey | undefined> {
    const row = await this.keys.findCredential(publicKey);
    const principal = row && (await this.known.principalOf(row, address));
    return principal && { publicKey, principal, row };
  }

  /**
   * Who signed: verified first, and then used up, so that nobody uses up what is another's.
   * @throws DomainError `unauthenticated`, `unavailable` where too many wait to be verified
   */
  async prove(
    { publicKey, principal, row }: ClaimedKey,
    { message, signature, onceKey }: SignedMessage,
  ): Promise<AuthenticatedPrincipal> {
    if (!(await this.verifier.verify(message, signature, publicKey))) throw wrongSignature(message);
    if (!(await this.used.use(onceKey))) throw usedBefore();
    this.known.noteUse(row);
    return principal;
  }
}

/** The message holds no secret, and whoever signs wrongly needs it. */
const wrongSignature = (message: string): DomainError =>
  new DomainError('unauthenticated', `The signature does not fit; sign exactly this: ${message}`);

const usedBefore = (): DomainError =>
  new DomainError('unauthenticated', 'This signature was used before; sign each request anew');
