import { chown, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPassword, readConnection, writeConnection } from './connection-file.js';

describe('the connection file', () => {
  let dataDir: string;
  beforeEach(async () => (dataDir = await mkdtemp(join(tmpdir(), 'connection-file-'))));
  afterEach(() => rm(dataDir, { recursive: true }));

  it('gives back what was written, and nothing before that', async () => {
    expect(await readConnection(dataDir)).toBeUndefined();
    const connection = { password: newPassword(), port: 5433, cluster: '/data/postgres' };
    await writeConnection(dataDir, connection);
    expect(await readConnection(dataDir)).toEqual(connection);
  });

  it('can be read by its owner only, and leaves no unfinished copy of the password', async () => {
    await writeConnection(dataDir, { password: newPassword() });
    expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['postgres.json']);
  });

  it('belongs to whom the data directory belongs to, also when root writes it', async () => {
    if (process.getuid?.() === 0) await chown(dataDir, 65534, 65534);
    await writeConnection(dataDir, { password: newPassword() });
    expect((await stat(join(dataDir, 'postgres.json'))).uid).toBe((await stat(dataDir)).uid);
  });

  it.each(['', '[]', '{}', '{"password": "\'; DROP"}'])('says what to do about a damaged file: %s', async (content) => {
    await writeFile(join(dataDir, 'postgres.json'), content);
    await expect(readConnection(dataDir)).rejects.toThrow(/postgres\.json.*damaged; restore it/);
  });
});
