import pg from 'pg';
import { COLUMN_TYPES, TEXT_ARRAY } from './column-types.js';

const read = COLUMN_TYPES.getTypeParser(pg.types.builtins.TIMESTAMPTZ, 'text') as (text: string) => Date;

describe('columns from PostgreSQL', () => {
  it.each([
    ['2026-11-21 10:08:59.123+00', '2026-11-21T10:08:59.123Z'],
    ['2026-11-21 10:08:59.1+00', '2026-11-21T10:08:59.100Z'],
    ['2026-11-21 10:08:59+00', '2026-11-21T10:08:59.000Z'],
    ['2026-11-21 10:08:59.123456+00', '2026-11-21T10:08:59.123Z'],
    ['2026-11-21 12:08:59.123+02', '2026-11-21T10:08:59.123Z'],
  ])('%s is the moment %s, as a date and in JSON, read anew or again', (text, iso) => {
    expect(read(text)).toEqual(new Date(iso));
    expect(read(text)).toEqual(new Date(iso));
    expect(JSON.stringify({ at: read(text) })).toBe(`{"at":"${iso}"}`);
  });

  it('are JSON that nobody can change, since others may hold it too', () => {
    const readJson = COLUMN_TYPES.getTypeParser(pg.types.builtins.JSONB, 'text') as (text: string) => unknown;
    const text = '{"os": "ubuntu", "list": [1, null]}';
    const value = readJson(text) as { os: string; list: unknown[] };
    expect(value).toEqual({ os: 'ubuntu', list: [1, null] });
    expect(readJson(text)).toEqual({ os: 'ubuntu', list: [1, null] });
    expect(() => (value.os = 'debian')).toThrow(TypeError);
    expect(() => value.list.push(2)).toThrow(TypeError);
  });

  it('are lists of texts that nobody can change either', () => {
    const parserOf = COLUMN_TYPES.getTypeParser as (oid: number, format: 'text') => (text: string) => string[];
    const readTexts = parserOf(TEXT_ARRAY, 'text');
    expect(readTexts('{image:read,"with \\"quotes\\"",NULL}')).toEqual(['image:read', 'with "quotes"', null]);
    expect(readTexts('{}')).toEqual([]);
    expect(() => readTexts('{}').push('x')).toThrow(TypeError);
  });

  it('leaves every other type as the driver reads it', () => {
    const { INT8, JSONB } = pg.types.builtins;
    expect(COLUMN_TYPES.getTypeParser(INT8, 'text')).toBe(pg.types.getTypeParser(INT8, 'text'));
    expect(COLUMN_TYPES.getTypeParser(JSONB, 'binary')).toBe(pg.types.getTypeParser(JSONB, 'binary'));
  });
});
