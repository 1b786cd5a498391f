import { Config, ConfigError } from './config.js';

describe('Config', () => {
  it('holds the documented defaults for an empty environment', () => {
    const config = Config.parse({});
    expect([config.host, config.port, config.maxImageBytes, config.idleTimeoutMs, config.logLevel]).toEqual([
      '127.0.0.1',
      8080,
      2 ** 40,
      60_000,
      'info',
    ]);
    expect(config.databaseUrl).toBeUndefined();
  });

  it('takes an empty variable for one that is not set', () => {
    expect(Config.parse({ PORT: '', DATABASE_URL: '' }).port).toBe(8080);
  });

  it('reads sizes with units', () => {
    expect(Config.parse({ MAX_IMAGE_BYTES: '20GiB' }).maxImageBytes).toBe(20 * 2 ** 30);
  });

  it('names every problem at once', () => {
    const parse = (): Config =>
      Config.parse({
        PORT: '99999',
        HOST: 'a b',
        DATABASE_URL: 'mysql://x',
        MAX_IMAGE_BYTES: 'lots',
        SANDBOX: 'castle',
        LOG_LEVEL: 'loud',
      });
    expect(parse).toThrow(ConfigError);
    for (const name of ['PORT', 'HOST', 'DATABASE_URL', 'MAX_IMAGE_BYTES', 'SANDBOX', 'LOG_LEVEL'])
      expect(parse).toThrow(name);
  });
});
