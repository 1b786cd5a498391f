import { DomainError } from '#kernel';

/** One thing that is wrong with a request, as pydantic 2 says it. */
export interface InvalidItem {
  readonly type: string;
  readonly loc: readonly string[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** Everything that is wrong with a request's values: 422. */
export class UnprocessableError extends DomainError {
  constructor(readonly items: readonly InvalidItem[]) {
    super('invalid', items.map(({ loc, msg }) => `${loc.at(-1) ?? ''}: ${msg}`).join('; '));
  }
}

type Place = 'body' | 'query';
type Source = (name: string) => string | undefined;

const TRUE = ['true', '1', 'yes', 'on', 't', 'y'];
const FALSE = ['false', '0', 'no', 'off', 'f', 'n'];

/** A whole number as pydantic takes one from a text. */
const INTEGER = /^[+-]?\d{1,15}(\.0+)?$/;

/** Reads the values of a request, and collects what is wrong with them, so that a client hears of everything at once. */
export class Values {
  private readonly items: InvalidItem[] = [];

  constructor(
    private readonly place: Place,
    private readonly source: Source,
  ) {}

  /** @throws UnprocessableError where anything was wrong */
  throwIfAny(): void {
    if (this.items.length > 0) throw new UnprocessableError(this.items);
  }

  refuse(name: string, problem: Pick<InvalidItem, 'type' | 'msg' | 'ctx'>): void {
    this.items.push(itemOf(problem, [this.place, name], this.source(name) ?? null));
  }

  optional(name: string): string | undefined {
    return this.source(name);
  }

  /** Empty where it is missing. */
  text(name: string): string {
    const text = this.source(name);
    if (text === undefined) this.refuse(name, MISSING);
    if (text?.includes('\0')) this.refuse(name, { type: 'value_error', msg: 'Value error, U+0000 is not taken' });
    return text ?? '';
  }

  /** For a file that is not there: what is sent in its place is none. */
  missingFile(name: string): void {
    const isText = this.source(name) !== undefined;
    this.refuse(name, isText ? { type: 'value_error', msg: 'Value error, send it as a file' } : MISSING);
  }

  matching(name: string, pattern: RegExp): string {
    const text = this.text(name);
    const msg = `String should match pattern '${pattern.source}'`;
    if (this.source(name) !== undefined && !pattern.test(text)) {
      this.refuse(name, { type: 'string_pattern_mismatch', msg, ctx: { pattern: pattern.source } });
    }
    return text;
  }

  boolean(name: string, otherwise?: boolean): boolean {
    const text = this.source(name) ?? '';
    if (text === '' && otherwise !== undefined) return otherwise;
    if (this.source(name) === undefined) this.refuse(name, MISSING);
    else if (![...TRUE, ...FALSE].includes(text.toLowerCase())) {
      this.refuse(name, {
        type: 'bool_parsing',
        msg: 'Input should be a valid boolean, unable to interpret input',
      });
    }
    return TRUE.includes(text.toLowerCase());
  }

  /** Zero or more. */
  count(name: string, otherwise: number): number {
    const text = this.source(name)?.trim() ?? '';
    if (text === '') return otherwise;
    const number = Number(text);
    if (!INTEGER.test(text)) {
      const msg = 'Input should be a valid integer, unable to parse string as an integer';
      this.refuse(name, { type: 'int_parsing', msg });
    } else if (number < 0) {
      const msg = 'Input should be greater than or equal to 0';
      this.refuse(name, { type: 'greater_than_equal', msg, ctx: { ge: 0 } });
    }
    return number;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.source(name) ?? '';
    const found = allowed.find((value) => value === text);
    if (text !== '' && found === undefined) {
      const expected = allowed.map((value) => `'${value}'`).join(' or ');
      this.refuse(name, { type: 'enum', msg: `Input should be ${expected}`, ctx: { expected } });
    }
    return found;
  }
}

/** What a client left out. */
export const MISSING = { type: 'missing', msg: 'Field required' } as const;

/** The registry's own objection to a value. */
export function objection(field: string, message: string): InvalidItem {
  return itemOf({ type: 'value_error', msg: `Value error, ${message}` }, ['body', field], null);
}

function itemOf(
  { type, msg, ctx }: Pick<InvalidItem, 'type' | 'msg' | 'ctx'>,
  loc: readonly string[],
  input: unknown,
): InvalidItem {
  return { type, loc, msg, input, ...(ctx ? { ctx } : {}) };
}
