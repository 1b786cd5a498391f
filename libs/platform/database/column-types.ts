import pg from 'pg';
import { readTimestamp } from './stored-date.js';

const { JSONB, TIMESTAMPTZ } = pg.types.builtins;

type TypeId = Parameters<typeof pg.types.getTypeParser>[0];

/** `text[]`, which the driver has a parser for but no name. */
export const TEXT_ARRAY = 1009;

type ParserOf = (oid: number, format: 'text') => (text: string) => unknown;

const MAX_REMEMBERED = 1_000;
const MAX_TEXT_LENGTH = 1_024;

/** Reads a text once: rows of one page tell of the same owner, format and labels over and over. */
function remembering<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = read(text);
    if (known.size >= MAX_REMEMBERED) known.clear();
    if (text.length <= MAX_TEXT_LENGTH) known.set(text, value);
    return value;
  };
}

/** As several rows may share it, nobody may change it. */
function readJson(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (typeof value === 'object' ? Object.freeze(value) : value));
}

const parseTextArray = (pg.types.getTypeParser as ParserOf)(TEXT_ARRAY, 'text');

const READERS = new Map<number, (text: string) => unknown>([
  [TIMESTAMPTZ, remembering(readTimestamp)],
  [JSONB, remembering(readJson)],
  [TEXT_ARRAY, remembering((text) => Object.freeze(parseTextArray(text)))],
]);

function parserOf(oid: TypeId, format?: 'text' | 'binary'): unknown {
  if (format === 'binary') return pg.types.getTypeParser(oid, format);
  return READERS.get(oid) ?? pg.types.getTypeParser(oid);
}

/** How columns are read: as the driver does, but for those above. Its types leave open what a parser makes. */
export const COLUMN_TYPES = { getTypeParser: parserOf as typeof pg.types.getTypeParser };
