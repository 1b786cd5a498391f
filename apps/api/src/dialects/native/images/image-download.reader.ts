import { FieldProblems } from '#kernel';
import { readDiskKind } from '#domain/conversions';
import type { NewDownload } from '#domain/downloads';

const FIELDS = ['name', 'tag', 'namespace', 'download_url', 'sha256', 'format', 'compression', 'refresh'] as const;
type Field = (typeof FIELDS)[number];

/**
 * Reads the JSON body of a `POST /images` (the contract's 1.4): an empty text is as good as none.
 * @throws DomainError `invalid` that names every field which means nothing
 */
export function readDownload(body: unknown): NewDownload {
  const fields: Readonly<Record<string, unknown>> = isObject(body) ? body : {};
  const problems = new FieldProblems();
  const text = (field: Field): string | undefined => {
    const value = fields[field] ?? '';
    problems.check(typeof value === 'string', field, `${title(field)} must be a string`);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [name = '', tag, namespace, url = '', sha256, format, compression, refresh] = FIELDS.map(text);
  for (const field of Object.keys(fields)) {
    problems.check(FIELDS.includes(field as Field), field, `Property ${field} should not exist`);
  }
  if (url === '' && !problems.has('download_url')) problems.add('download_url', 'Download_url field required');
  problems.throwIfAny();
  return { name, tag, namespace, url, sha256, disk: readDiskKind(format, compression), refresh };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const title = (field: string): string => field.charAt(0).toUpperCase() + field.slice(1);
