const MASK = 'xxxxx';

/** The URL to show: its password replaced by `xxxxx`, all else as it is; also for what is no URL, as far as one can tell. */
export function maskUrl(url: string | URL): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : new URL(url);
  // Where a password ends in what is no URL is anybody's guess: all up to the last @ goes.
  if (!parsed) return String(url).replace(/^((?:[a-z][a-z0-9+.-]*:)?[\\/]*[^:@\\/]*:).*@/is, `$1${MASK}@`);
  if (parsed.password !== '') parsed.password = MASK;
  return parsed.href;
}
