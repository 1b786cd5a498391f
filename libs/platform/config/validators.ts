import { isIP } from 'node:net';
import { EnvError, makeValidator } from 'envalid';

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** A number of bytes: `1048576`, `512MiB`, `20GiB`, `1TiB`. */
export const bytes = makeValidator<number>((input) => {
  const [, digits, unit] = /^(\d+)\s?(|KiB|MiB|GiB|TiB)$/.exec(input) ?? [];
  const size = Number(digits) * (UNITS[unit ?? ''] ?? NaN);
  if (!Number.isSafeInteger(size)) throw new EnvError('expected a number of bytes such as 1048576, 512MiB or 20GiB');
  return size;
});

/** A whole number within bounds, both included. */
export const integer = (min: number, max: number): ReturnType<typeof makeValidator<number>> =>
  makeValidator<number>((input) => {
    const value = /^\d+$/.test(input) ? Number(input) : NaN;
    if (!(value >= min && value <= max)) throw new EnvError(`expected a whole number from ${min} to ${max}`);
    return value;
  });

/** An address or name to listen on. */
export const listenHost = makeValidator<string>((input) => {
  if (isIP(input) === 0 && !/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(input)) {
    throw new EnvError('expected an IP address or a host name');
  }
  return input;
});

const urlWith = (protocols: readonly string[], example: string): ReturnType<typeof makeValidator<string>> =>
  makeValidator<string>((input) => {
    const url = URL.parse(input);
    if (!url || !protocols.includes(url.protocol)) throw new EnvError(`expected a URL such as ${example}`);
    return input.replace(/\/+$/, '');
  });

export const httpUrl = urlWith(['http:', 'https:'], 'https://images.example.com');
/** A proxy's URL: only origin and credentials mean anything. */
export const proxyUrl = urlWith(['http:', 'https:'], 'http://proxy.example.com:3128');
export const postgresUrl = urlWith(
  ['postgres:', 'postgresql:'],
  'postgres://user:password@db.example.com:5432/diskyard',
);

/** A bearer token of the operator's choosing: the characters of RFC 6750, section 2.1 (`b64token`). */
export const bearerToken = makeValidator<string>((input) => {
  if (!/^[A-Za-z0-9._~+/-]{8,512}=*$/.test(input)) {
    throw new EnvError('expected 8 to 512 letters, digits or . _ ~ + / - (at least 32 are advisable)');
  }
  return input;
});
