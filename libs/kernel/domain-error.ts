/** Everything that can go wrong in the registry, by kind. Each dialect has one table from these to its own answers. */
export const ERROR_CODES = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'invalid_state',
  'too_large',
  'quota_exceeded',
  'unsupported_format',
  'checksum_mismatch',
  'incomplete_body',
  'timeout',
  'range_not_satisfiable',
  'storage_full',
  'storage_unavailable',
  'unavailable',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Messages by input field, as a client sent it: `{ name: ['Name already exists'] }`. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

export interface DomainErrorOptions {
  /** Which input fields are to blame; absent when no single field is. */
  fields?: FieldErrors;
  /** What happened inside, for the log only. */
  cause?: unknown;
  /** The scope that was missing (RFC 6750, section 3.1), for `forbidden`. */
  scope?: string;
}

/** A refusal or fault of the registry. `message` is public and tells the caller what to do; `cause` is for logs only. */
export class DomainError extends Error {
  readonly fields: FieldErrors | undefined;
  readonly scope: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: DomainErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.fields = options.fields;
    this.scope = options.scope;
  }

  /** An error that one input field is to blame for. */
  static field(code: ErrorCode, field: string, message: string, cause?: unknown): DomainError {
    return new DomainError(code, message, { fields: { [field]: [message] }, cause });
  }
}

/** Collects what is wrong with an input, so that a caller hears of everything at once. */
export class FieldProblems {
  private readonly fields: Record<string, string[]> = {};

  add(field: string, message: string): this {
    (this.fields[field] ??= []).push(message);
    return this;
  }

  /** Adds `message` unless `ok`. */
  check(ok: boolean, field: string, message: string): this {
    return ok ? this : this.add(field, message);
  }

  /** Whether something is wrong with a field. */
  has(field: string): boolean {
    return field in this.fields;
  }

  /** @throws DomainError `invalid` where anything was added */
  throwIfAny(): void {
    const messages = Object.values(this.fields).flat();
    if (messages.length > 0) throw new DomainError('invalid', messages.join('; '), { fields: this.fields });
  }
}
