import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { Config, envExample } from '#platform/config';

const ROOT = resolve(import.meta.dirname, '../..');

function read(path: string): string {
  return readFileSync(resolve(ROOT, path), 'utf8');
}

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service | undefined>>;
}

const dockerfile = read('Dockerfile');
const { services } = parse(read('docker-compose.yml')) as Compose;

describe('docker-compose.yml', () => {
  /** The API's settings as Compose passes them, each `${NAME…}` filled with the operator's value. */
  const environment = Object.entries(services.api?.environment ?? {}).map(([name, value]) => [
    name,
    value.replace(/\$\{PUBLIC_URL.*?\}/, 'https://images.example.com').replace(/\$\{.*?\}/, 'x'.repeat(43)),
  ]);

  it('runs PostgreSQL 18, the API, a worker and nginx', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'api', 'worker', 'nginx']);
    expect(services.postgres?.image).toMatch(/^postgres:18\b/);
  });

  it('uses only settings that exist', () => {
    const known = [...envExample().matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(known).toEqual(expect.arrayContaining(environment.map(([name]) => name)));
  });

  it('gives settings that the API accepts', () => {
    const config = Config.parse(Object.fromEntries(environment) as Record<string, string>);
    expect(config.databaseUrl).toBe(`postgres://diskyard:${'x'.repeat(43)}@postgres:5432/diskyard`);
    expect(config.trustProxy).toBe(true);
  });

  it('has the worker share database and store with the API, which leaves work to it', () => {
    const { api, worker } = services;
    expect(worker?.environment?.DATABASE_URL).toBe(api?.environment?.DATABASE_URL);
    expect(worker?.volumes).toEqual(api?.volumes);
    expect(api?.environment?.WORKER_CONCURRENCY).toBe('0');
    const [, , program = 'none'] = worker?.command ?? [];
    expect(existsSync(resolve(ROOT, program.replace(/^dist\/(.+)\.js$/, '$1.ts')))).toBe(true);
  });
});

describe('docker/nginx.conf', () => {
  it.each([
    'client_max_body_size 0',
    'proxy_request_buffering off',
    'proxy_buffering off',
    'proxy_http_version 1.1',
    'proxy_set_header X-Forwarded-For $remote_addr',
    'proxy_set_header X-Forwarded-Proto $scheme',
  ])('says %s', (directive) => {
    expect(read('docker/nginx.conf')).toContain(`${directive};`);
  });

  it('passes requests on to where the API listens', () => {
    const port = /\bPORT=(\d+)/.exec(dockerfile)?.[1] ?? 'no port';
    expect(read('docker/nginx.conf')).toContain(`http://api:${port};`);
  });
});

describe('Dockerfile', () => {
  it('copies only what is there and not ignored', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, list]) => list?.split(' ') ?? [],
    );
    const ignore = read('.dockerignore').split('\n');
    expect(sources).not.toEqual([]);
    expect(sources.filter((source) => !existsSync(resolve(ROOT, source)))).toEqual([]);
    expect(sources.filter((source) => !ignore.includes(`!${source}`))).toEqual([]);
  });

  it('starts what the build makes of a source file', () => {
    const entry = /"dist\/(.+)\.js"/.exec(dockerfile)?.[1] ?? 'no entry';
    expect(existsSync(resolve(ROOT, `${entry}.ts`))).toBe(true);
  });

  it('runs as an ordinary user', () => {
    expect(/^USER (.+)$/m.exec(dockerfile)?.[1]).toBe('node');
  });
});
