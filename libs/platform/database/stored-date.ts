import pg from 'pg';

const { TIMESTAMPTZ } = pg.types.builtins;

/** How PostgreSQL writes a `timestamptz(3)` where the session's time zone is UTC. */
const SHAPE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?\+00$/;

/** A date that keeps its ISO 8601 form: most are only passed on as JSON, and to format one costs more than all else of it. */
class StoredDate extends Date {
  readonly #iso: string;

  constructor(iso: string) {
    super(iso);
    this.#iso = iso;
  }

  override toJSON(): string {
    return this.#iso;
  }
}

/** What PostgreSQL says a moment is. Whatever it writes in another shape (infinity, years BC) is left to the driver. */
export function readTimestamp(text: string): Date {
  if (!SHAPE.test(text)) return readOther(text);
  const milliseconds = text.slice(20, -3).padEnd(3, '0');
  return new StoredDate(`${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`);
}

const readOther = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;
