import { isUtf8 } from 'node:buffer';
import { refuse } from '../build-context.errors.js';

/** What an extended header says of the entry that follows. POSIX.1-2017, pax, "pax Extended Header". */
export type PaxRecords = ReadonlyMap<string, string>;

/** @throws BuildContextRefusedError */
export function readPaxRecords(bytes: Buffer): PaxRecords {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const digits = bytes.toString('latin1', at, Math.max(space, at));
    const end = at + Number(digits);
    const isWhole = /^[1-9][0-9]{0,8}$/.test(digits) && end <= bytes.length && bytes[end - 1] === 0x0a;
    const equals = bytes.indexOf(0x3d, space);
    if (!isWhole || equals === -1 || equals >= end) refuse(null, 'is damaged: an extended header cannot be read');
    const value = bytes.subarray(equals + 1, end - 1);
    const key = bytes.toString('latin1', space + 1, equals);
    if (isName(key) && !isUtf8(value)) refuse(value.toString('latin1'), 'has a name that is not UTF-8');
    records.set(key, value.toString());
    at = end;
  }
  return records;
}

const isName = (key: string): boolean => key === 'path' || key === 'linkpath';
