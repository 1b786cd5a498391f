import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '../../../support/api.js';

const COMMITTED = join(import.meta.dirname, '../../../../docs/reference/openapi.json');
const PUBLIC_URL = 'https://images.example.com';

describe('the API’s description', () => {
  let api: TestApi;
  let page: string;

  beforeAll(async () => {
    api = await startTestApi({ env: { PUBLIC_URL } });
    page = (await api.anonymous.get('/docs')).body as string;
  });
  afterAll(() => api.close());

  it('is at /openapi.json for everybody: the committed one, with this server’s address', async () => {
    const answer = await api.anonymous.get('/openapi.json');
    const committed = (await readFile(COMMITTED, 'utf8')).replaceAll('http://127.0.0.1:8080', PUBLIC_URL);
    expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({ ...(JSON.parse(committed) as object), servers: [{ url: PUBLIC_URL }] });
  });

  it('is at /docs for people: every operation and every schema, with a command to try', async () => {
    const { paths, components } = JSON.parse(await readFile(COMMITTED, 'utf8')) as {
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: object };
    };
    const operations = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    const anchors = [...operations, ...Object.keys(components.schemas).map((name) => `schema-${name}`)];
    expect(anchors.filter((anchor) => !page.includes(`id="${anchor}"`))).toEqual([]);
    expect(page.match(/<pre>curl .*https:\/\/images\.example\.com\//g)).toHaveLength(operations.length);
  });

  it('links only to places in the page', () => {
    const places = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `#${id ?? ''}`));
    const links = [...page.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, target]) => target ?? '');
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !places.has(link))).toEqual([]);
  });

  it('has a page that runs no script, loads nothing, and may do neither', async () => {
    const policy = (await api.anonymous.get('/docs')).headers.get('Content-Security-Policy');
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(| on\w+=| style=/i);
  });

  it('leaves every other answer its strict policy', async () => {
    expect((await api.anonymous.get('/openapi.json')).headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'",
    );
  });
});
