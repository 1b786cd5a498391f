import pg from 'pg';
import { COLUMN_TYPES } from './stored-date.js';

const read = COLUMN_TYPES.getTypeParser(pg.types.builtins.TIMESTAMPTZ, 'text') as (text: string) => Date;

describe('timestamps from PostgreSQL', () => {
  it.each([
    ['2026-11-21 10:08:59.123+00', '2026-11-21T10:08:59.123Z'],
    ['2026-11-21 10:08:59.1+00', '2026-11-21T10:08:59.100Z'],
    ['2026-11-21 10:08:59+00', '2026-11-21T10:08:59.000Z'],
    ['2026-11-21 10:08:59.123456+00', '2026-11-21T10:08:59.123Z'],
    ['2026-11-21 12:08:59.123+02', '2026-11-21T10:08:59.123Z'],
  ])('%s is the moment %s, as a date and in JSON', (text, iso) => {
    expect(read(text)).toEqual(new Date(iso));
    expect(JSON.stringify({ at: read(text) })).toBe(`{"at":"${iso}"}`);
  });

  it('leaves every other type as the driver reads it', () => {
    const { INT8, JSONB } = pg.types.builtins;
    expect(COLUMN_TYPES.getTypeParser(INT8, 'text')).toBe(pg.types.getTypeParser(INT8, 'text'));
    expect(COLUMN_TYPES.getTypeParser(JSONB, 'binary')).toBe(pg.types.getTypeParser(JSONB, 'binary'));
  });
});
