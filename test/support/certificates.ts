import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** PEM all of them. */
export interface Certificates {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

/** An authority of its own and a server's certificate by it, for names such as `DNS:mirror.test` or `IP:127.0.0.1`. */
export async function makeCertificates(...names: readonly string[]): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  const openssl = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)('openssl', ['req', '-x509', ...NEW_KEY, ...args], { cwd: folder });
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  try {
    await openssl('-subj', '/CN=An authority', '-keyout', 'ca.key', '-out', 'ca.pem');
    const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', 'basicConstraints=critical,CA:FALSE'];
    const alternatives = ['-addext', `subjectAltName=${names.join(',')}`];
    await openssl('-subj', '/CN=A server', ...issuer, ...alternatives, '-keyout', 'server.key', '-out', 'server.pem');
    const [ca, key, cert] = await Promise.all([read('ca.pem'), read('server.key'), read('server.pem')]);
    return { ca, key, cert };
  } finally {
    await rm(folder, { recursive: true });
  }
}
