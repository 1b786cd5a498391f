/** What the verifying thread is asked. */
export interface VerifierRequest {
  readonly id: number;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** And answers, in the order in which it was asked. */
export interface VerifierReply {
  readonly id: number;
  readonly valid: boolean;
}
