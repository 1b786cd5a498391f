/**
 * What the main thread and a writer thread say to each other. Bytes travel through a ring: shared memory cut into
 * slots, each owned by one side at a time. `slot` hands one over, `taken` gives it back.
 * Types only: the writer thread's file is loaded as it stands, so it can import nothing of ours at run time.
 */

/** To the thread. For one `writeId`: `open`, any number of `slot`, then `finish`; `drop` at any time. */
export type WriterRequest =
  | { readonly kind: 'open'; readonly writeId: number; readonly path: string; readonly ring: Ring }
  | { readonly kind: 'slot'; readonly writeId: number; readonly slot: number; readonly length: number }
  | { readonly kind: 'finish'; readonly writeId: number }
  | { readonly kind: 'drop'; readonly writeId: number };

/** From the thread. After `failed` it has closed the file and forgets the write; `drop` is still answered. */
export type WriterReply =
  | { readonly kind: 'opened'; readonly writeId: number }
  | { readonly kind: 'taken'; readonly writeId: number; readonly slot: number; readonly length: number }
  | { readonly kind: 'finished'; readonly writeId: number; readonly sizeBytes: number; readonly sha256: string }
  | { readonly kind: 'dropped'; readonly writeId: number }
  | { readonly kind: 'failed'; readonly writeId: number; readonly error: WriterFault };

/** An error between threads, where all but the message of an Error would be lost: `code` is the errno name. */
export interface WriterFault {
  readonly message: string;
  readonly code: string | undefined;
}

/** Shared memory of `slots` × `slotBytes`; slot n begins at n × `slotBytes`. */
export interface Ring {
  readonly memory: SharedArrayBuffer;
  readonly slots: number;
  readonly slotBytes: number;
}
