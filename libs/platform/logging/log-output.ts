import pino, { type DestinationStream } from 'pino';

/** Under load lines are written several at a time, which costs a fraction of writing each; they wait a quarter second at most. */
export function standardError(): DestinationStream {
  return pino.destination({ dest: 2, sync: false, minLength: 8192, periodicFlush: 250 });
}

interface LoggedError {
  readonly type: string;
  readonly code?: string;
  /** Those of its causes included. */
  readonly message: string;
  readonly stack: string;
  readonly aggregateErrors?: readonly LoggedError[];
}

/** Leaves out all else that errors carry: PostgreSQL's quote the whole row, TypeORM's the parameters. */
export function describeError({ type, code, message, stack, aggregateErrors }: LoggedError): object {
  return { type, code, message, stack, aggregateErrors: aggregateErrors?.map(describeError) };
}
