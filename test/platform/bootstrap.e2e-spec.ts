import { readdir, readFile, rm } from 'node:fs/promises';
import { Checkout } from '../support/checkout.js';

const ECHO = "console.log('got', process.argv.slice(2).join(' ')); process.exitCode = 7;";
const SERVER = "process.on('SIGTERM', () => process.exit(3)); setInterval(() => 0, 1000); console.log('serving');";
const MAIN = 'apps/api/src/main.ts';

describe('npm start', () => {
  let checkout: Checkout;
  beforeEach(async () => {
    checkout = await Checkout.create();
    await checkout.write(MAIN, ECHO);
  });
  afterEach(() => checkout.remove());

  it('builds when there is no build, hands its arguments on and keeps the exit code', async () => {
    expect(await checkout.start(['--help', 'a b']).end()).toEqual({
      code: 7,
      output: 'Building ...\ngot --help a b\n',
    });
    expect(await checkout.start([]).end()).toEqual({ code: 7, output: 'got \n' });
  });

  it('builds again when a source has changed, and drops what is left of removed ones', async () => {
    await checkout.write('libs/old.ts', 'export {};');
    await checkout.start([]).end();
    await rm(checkout.path('libs/old.ts'));
    await checkout.write(MAIN, "console.log('new');");
    expect(await checkout.start([]).end()).toEqual({ code: 0, output: 'Building ...\nnew\n' });
    expect(await readdir(checkout.path('dist'))).not.toContain('libs');
  });

  it('says why a build failed, and leaves the last good one in place', async () => {
    await checkout.start([]).end();
    const good = await readFile(checkout.path('dist/apps/api/src/main.js'), 'utf8');
    await checkout.write(MAIN, 'const = 1;');
    const { code, output } = await checkout.start([]).end();
    expect(code).toBe(1);
    expect(output).toMatch(/The build failed:\s+apps\/api\/src\/main\.ts\(1,7\): error TS/);
    expect(await readFile(checkout.path('dist/apps/api/src/main.js'), 'utf8')).toBe(good);
  });

  it('builds once when started twice at the same time', async () => {
    const runs = await Promise.all([checkout.start([]).end(), checkout.start([]).end()]);
    expect(runs.map(({ code }) => code)).toEqual([7, 7]);
    expect(runs.filter(({ output }) => output.includes('Building'))).toHaveLength(1);
  });

  it('does not wait for one that was killed while it built', async () => {
    await checkout.write('.bootstrap/lock', '999999999');
    expect((await checkout.start([]).end()).output).toMatch(/Building .*got/s);
    expect(await readdir(checkout.path('.bootstrap'))).toEqual(['.gitignore']);
  });

  it('passes SIGTERM on to the server and ends as the server does', async () => {
    await checkout.write(MAIN, SERVER);
    const run = checkout.start([]);
    await run.printed('serving');
    run.kill('SIGTERM');
    expect((await run.end()).code).toBe(3);
  });

  it('names the registry when the dependencies cannot be fetched', async () => {
    await rm(checkout.path('node_modules'), { recursive: true });
    const nowhere = {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: checkout.path('cache'),
    };
    const { code, output } = await checkout.start([], nowhere).end();
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Installing dependencies.*ECONNREFUSED.*The npm registry is out of reach\..*try again\.\n$/s,
    );
  });
});
