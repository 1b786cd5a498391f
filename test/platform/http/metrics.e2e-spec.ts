import { startTestApi, type TestApi } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';

const DURATION = 'diskyard_http_request_duration_seconds';

describe('GET /metrics', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi();
  });
  afterEach(() => api.close());

  const scrape = async (): Promise<string[]> =>
    ((await api.anonymous.get('/metrics')).body as string).split('\n').filter((line) => line !== '');
  /** How many requests there were so far, as `METHOD route status`. */
  const requests = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await scrape()).flatMap((line) => {
        const [, method, route, status, count] =
          /_seconds_count\{method="(\w+)",route="([^"]*)",status="(\d+)"\} (\d+)$/.exec(line) ?? [];
        return method ? [[`${method} ${route ?? ''} ${status ?? ''}`, Number(count)]] : [];
      }),
    );

  it('is in Prometheus’s text format', async () => {
    const { status, headers } = await api.anonymous.get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = await scrape();
    expect(lines).toContain(`# TYPE ${DURATION} histogram`);
    const odd = lines.filter(
      (line) => !/^(# (HELP|TYPE) \w+ .*|\w+(\{(\w+="[^"]*",?)+\})? (-?[\d.]+(e[+-]?\d+)?|\+Inf|nan))$/i.test(line),
    );
    expect(odd).toEqual([]);
  });

  it('counts requests by method, route and status, whatever is in their paths', async () => {
    await api.admin.get('/users/admin?search=secret');
    await api.admin.get('/users/ADMIN');
    await api.admin.get('/users/nobody');
    await api.anonymous.get('/users/admin');
    await api.anonymous.get('/no/such/path');
    await api.anonymous.get('/%zz');
    await api.anonymous.delete('/user');
    await eventually(async () =>
      expect(await requests()).toMatchObject({
        'GET /users/:username 200': 2,
        'GET /users/:username 404': 1,
        'GET /users/:username 401': 1,
        'GET none 404': 1,
        'GET none 400': 1,
        'DELETE none 405': 1,
      }),
    );
    expect((await scrape()).join('\n')).not.toMatch(/admin|nobody|such|secret/i);
  });

  it('puts every request into the buckets of its duration', async () => {
    await api.admin.get('/user');
    const buckets = await eventually(async () => {
      const lines = await scrape();
      const found = lines.filter((line) => line.startsWith(`${DURATION}_bucket`) && line.includes('route="/user"'));
      expect(found.length).toBeGreaterThan(5);
      return found.map((line) => Number(line.split(' ').at(-1)));
    });
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(buckets.at(-1)).toBe(1);
  });

  it('tells how the process is', async () => {
    const names = (await scrape()).map((line) => line.split(/[{ ]/)[0]);
    expect(names).toEqual(
      expect.arrayContaining(['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']),
    );
  });
});
