/** An image that a Dockerfile names, of this registry or another. */
export interface ImageName {
  readonly text: string;
  /** By Docker's rule: the first part, where it has a dot or a port, or is `localhost`; null for none. */
  readonly host: string | null;
  /** Slash-joined, without host, tag and digest: `debian`, `owner/name`, `owner/path/of/namespace/name`. */
  readonly path: string;
  readonly tag: string | null;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string | null;
}

const PART = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const NAME = new RegExp(
  `^(?:(?<host>${PART}(?::\\d{1,5})?)/)?(?<path>${PART}(?:/${PART})*)(?::(?<tag>\\w[\\w.-]{0,127}))?$`,
);
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** What builders take for files of their own machine: `dir:name`. */
const LOCAL = /^(containers-storage|dir|docker-archive|docker-daemon|oci|oci-archive|ostree|sif|tarball):/;
/** What they take for the id of whatever image is in their store, whoever made it. */
const ID = /^(sha256:)?[0-9a-f]{12,64}$/;
const MAX_CHARACTERS = 4096;

/** Reads `name`, `name:tag`, `owner/ns/name:tag`, `host:port/path:tag`, each perhaps with `@sha256:…`; undefined for others. */
export function parseImageName(text: string): ImageName | undefined {
  if (text.length > MAX_CHARACTERS || LOCAL.test(text) || ID.test(text)) return undefined;
  const at = text.indexOf('@');
  const digest = at === -1 ? null : text.slice(at + 1);
  const found = NAME.exec(at === -1 ? text : text.slice(0, at))?.groups;
  if (!found || (digest !== null && !DIGEST.test(digest))) return undefined;
  return { text, digest, tag: found.tag ?? null, ...splitHost(found.host, found.path ?? '') };
}

function splitHost(first: string | undefined, path: string): Pick<ImageName, 'host' | 'path'> {
  if (first === undefined) return { host: null, path };
  const isHost = /[.:]/.test(first) || first === 'localhost';
  return isHost ? { host: first, path } : { host: null, path: `${first}/${path}` };
}
