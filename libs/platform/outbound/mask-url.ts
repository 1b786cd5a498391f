const MASK = 'xxxxx';

/** A shorter value hides nothing, and would take words out of logs. */
const SHORTEST_SECRET = 8;

/** What the names of parameters with secrets end with: `X-Amz-Security-Token`, `client_secret`, `AWSAccessKeyId`. */
const ENDINGS = [
  ...['token', 'secret', 'signature', 'credentials?', 'password', 'passwd', 'pwd', 'passphrase', 'jwt'],
  ...['(?:api|access|private|secret)[-_]?key', 'access[-_]?key[-_]?id', 'session[-_]?id'],
].join('|');

/** Those that mean something harmless at the end of a longer name, such as `country_code`. `sig` is Azure's. */
const NAMES = ['sig', 'key', 'auth', 'authorization', 'code', 'session'].join('|');

/**
 * Values that do not hold `ends`, which always has & and #. Some servers take ; for &, and a fragment is never sent, but may hold a
 * token as well (RFC 6749, section 4.2.2). A URL in a parameter of another has its own delimiters escaped. Each character
 * is looked at a few times at most, however hostile the text is.
 */
const secretParameters = (ends: string): RegExp =>
  new RegExp(
    String.raw`([?&;#](?:[\w.%-]*(?:${ENDINGS})|${NAMES})=)[^${ends}]+` +
      String.raw`|(%(?:3F|26|3B|23)(?:[\w.-]*(?:${ENDINGS})|${NAMES})%3D)(?:(?!%26|%23)[^${ends}])+`,
    'gi',
  );

const IN_URL = secretParameters('&#');
const IN_TEXT = secretParameters(String.raw`&#\s"'<>`);

/**
 * The URL to show: its password, and the values of parameters that are secrets by their names (the signature of a pre-signed
 * URL, tokens, keys), replaced by `xxxxx`; all else as it is. Also for what is no URL, as far as one can tell.
 */
export function maskUrl(url: string | URL): string {
  return withoutPassword(url).replace(IN_URL, `$1$2${MASK}`);
}

/** The same for the parameters of all URLs in a text, which end with a blank or a quotation mark. */
export function maskParameters(text: string): string {
  return text.replace(IN_TEXT, `$1$2${MASK}`);
}

/** What `maskUrl` hides of a URL, as it is sent and decoded, for where it may come back; but for what is too short to be told. */
export function secretsOf(url: string): string[] {
  const { href = '', password = '' } = URL.parse(url) ?? {};
  const values = Array.from(href.matchAll(IN_URL), ([all, plain = '', nested = '']) =>
    all.slice(plain.length + nested.length),
  );
  const long = values.filter(({ length }) => length >= SHORTEST_SECRET);
  return [password, ...long].filter((secret) => secret !== '').flatMap((secret) => [secret, safelyDecoded(secret)]);
}

function withoutPassword(url: string | URL): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : new URL(url);
  // Where a password ends in what is no URL is anybody's guess: all up to the last @ goes.
  if (!parsed) return String(url).replace(/^((?:[a-z][a-z0-9+.-]*:)?[\\/]*[^:@\\/]*:).*@/is, `$1${MASK}@`);
  if (parsed.password !== '') parsed.password = MASK;
  return parsed.href;
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
