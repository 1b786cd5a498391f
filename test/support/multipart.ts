/** A part of a form: a word, or a file where it has bytes. */
export interface FormPart {
  readonly name: string;
  readonly value: string | Buffer;
}

/** The words of `words` as parts. */
export function words(fields: Readonly<Record<string, string>>): FormPart[] {
  return Object.entries(fields).map(([name, value]) => ({ name, value }));
}

export function file(bytes: Buffer): FormPart {
  return { name: 'file', value: bytes };
}

const BOUNDARY = 'a-boundary-of-our-own';

export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** `multipart/form-data` (RFC 7578) byte by byte, so that a test can spoil it. */
export function formBody(...parts: readonly FormPart[]): Buffer {
  return Buffer.concat([...parts.flatMap(partBytes), Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

function partBytes({ name, value }: FormPart): Buffer[] {
  const filename = typeof value === 'string' ? '' : '; filename="disk.qcow2"\r\nContent-Type: application/x-qemu-disk';
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename}\r\n\r\n`;
  return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
}
