import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '#kernel';
import { publicKeyOf } from '#platform/signatures';
import { isFresh, onceKeyOf, readSignatureHex, type SignedMessage } from '#domain/signing-keys';

/** What the headers of a signed request say, well-formed and in time (contract, sections 2.1 to 2.4). */
export interface RequestSignature {
  /** As it was sent: it is part of what is signed. */
  readonly hotkey: string;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly nonce: string;
  readonly version: 1 | 2;
}

/** What of a request a signature may be over. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly originalUrl: string;
  /** Of the raw body, in hex; undefined for requests whose body is not signed. */
  readonly bodySha256?: string | undefined;
}

/** `<unix seconds>`. */
const NONCE_V1 = /^(\d{1,12})$/;
/** `<unix seconds>.<random>`. */
const NONCE_V2 = /^(\d{1,12})\.[\w-]{1,128}$/;

/**
 * Undefined unless all three headers are there: any of them alone says nothing (section 2.2).
 * @throws DomainError `unauthenticated`
 */
export function readSignature(headers: IncomingHttpHeaders): RequestSignature | undefined {
  const hotkey = one(headers['x-chutes-hotkey']);
  const hex = one(headers['x-chutes-signature']);
  const nonce = one(headers['x-chutes-nonce']);
  if (hotkey === '' || hex === '' || nonce === '') return undefined;
  const version = readVersion(one(headers['x-chutes-sig-version']));
  const [, seconds] = (version === 1 ? NONCE_V1 : NONCE_V2).exec(nonce) ?? [];
  if (seconds === undefined) throw badNonce(version);
  if (!isFresh(Number(seconds))) throw staleNonce();
  const [publicKey, signature] = [publicKeyOf(hotkey), readSignatureHex(hex)];
  if (!publicKey) throw unauthenticated('X-Chutes-Hotkey must be an SS58 address with prefix 42');
  if (!signature) throw unauthenticated('X-Chutes-Signature must be 128 hex digits, without 0x');
  return { hotkey, publicKey, signature, nonce, version };
}

/** What the hotkey has to have signed, and what of it counts once: in version 1 the very signature, in version 2 the nonce. */
export function signedMessage(signed: RequestSignature, request: SignedRequest): SignedMessage {
  const { hotkey, publicKey, nonce, signature, version } = signed;
  const { method, originalUrl, bodySha256 } = request;
  if (version === 1) {
    return { message: `${hotkey}:${nonce}:${bodySha256 ?? 'images'}`, signature, onceKey: onceKeyOf(signature) };
  }
  const message = `v2:${hotkey}:${method}:${originalUrl}:${nonce}:${bodySha256 ?? ''}`;
  return { message, signature, onceKey: onceKeyOf('v2:', publicKey, nonce) };
}

function readVersion(text: string): RequestSignature['version'] {
  if (text === '' || text === '1') return 1;
  if (text === '2') return 2;
  throw unauthenticated('X-Chutes-Sig-Version must be 1 or 2');
}

/** Node joins what is sent twice, which then is malformed. */
function one(header: string | string[] | undefined): string {
  return String(header ?? '').trim();
}

const unauthenticated = (message: string): DomainError => new DomainError('unauthenticated', message);

const badNonce = (version: RequestSignature['version']): DomainError =>
  unauthenticated(
    version === 1
      ? 'X-Chutes-Nonce must be the time in seconds since 1970, in digits'
      : 'X-Chutes-Nonce must be the time in seconds since 1970, a dot and a random word',
  );

const staleNonce = (): DomainError =>
  unauthenticated('X-Chutes-Nonce is not within 600 seconds of now; sign anew, and check the clock');
