import type { ServerUnderTest } from './server-under-test.js';
import { upload } from './transfer.js';

const IMAGES = 100;

/** A hundred images of the admin's that share the bytes of one. Returns the id of one of them. */
export async function fillSmallRegistry(server: ServerUnderTest): Promise<number> {
  const { id } = await upload(server, 2 ** 20);
  const client = await server.connect();
  try {
    await client.query(
      `INSERT INTO images (user_id, author_id, name, tag, description, labels, status, blob_id)
       SELECT user_id, author_id, 'ubuntu-server-' || n, '24.04', 'Server image with cloud-init',
              '{"os": "ubuntu", "arch": "amd64"}', status, blob_id
       FROM images, generate_series(1, $2) n WHERE id = $1`,
      [id, IMAGES],
    );
    await client.query('ANALYZE');
    const { rows } = await client.query<{ id: number }>('SELECT max(id) AS id FROM images');
    return rows[0]?.id ?? 0;
  } finally {
    await client.end();
  }
}
