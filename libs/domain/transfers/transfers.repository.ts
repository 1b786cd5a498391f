import { Injectable } from '@nestjs/common';
import { Database, instanceIsAlive } from '#platform/database';

interface Reference {
  readonly reference: string;
}

/** An account that gets something. */
export interface Receiver {
  readonly id: number;
  readonly username: string;
}

/** What of an image decides where it is. */
export interface ImagePlace {
  readonly userId: number;
  readonly rootNamespaceId: number | null;
}

const MAX_NAMED = 100;

/** The only statements that change whose something is. Locks go from the tree to the images in it to accounts. */
@Injectable()
export class TransfersRepository {
  constructor(private readonly database: Database) {}

  /** Whose the tree is; pushes into it wait until the transaction ends. Undefined where it is gone. */
  async lockTree(rootId: number): Promise<number | undefined> {
    const [root] = await this.database.query<{ userId: number }>(
      'SELECT user_id AS "userId" FROM namespaces WHERE id = $1 FOR UPDATE',
      [rootId],
    );
    return root?.userId;
  }

  /** The receiver's namespaces that have paths of this tree. */
  findNamespaceClashes(rootId: number, to: Receiver): Promise<string[]> {
    return this.references(
      `SELECT $3 || '/' || o.path AS reference FROM namespaces n
       JOIN namespaces o ON o.user_id = $2 AND lower(o.path) = lower(n.path)
       WHERE n.root_id = $1 ORDER BY 1 LIMIT ${MAX_NAMED}`,
      [rootId, to.id, to.username],
    );
  }

  /** Images whose bytes are on their way into this tree. */
  findPushesInto(rootId: number): Promise<string[]> {
    return this.references(
      `SELECT owner.username || '/' || u.namespace_path || '/' || u.name || ':' || u.tag AS reference
       FROM namespaces root JOIN uploads u ON u.user_id = root.user_id JOIN users owner ON owner.id = root.user_id
       WHERE root.id = $1 AND split_part(u.namespace_path, '/', 1) = lower(root.path)
         AND ${instanceIsAlive('u.instance_id')} ORDER BY 1 LIMIT ${MAX_NAMED}`,
      [rootId],
    );
  }

  /** Gives a tree and all in it to another; roles on it stay. */
  async giveTree(rootId: number, to: Receiver): Promise<void> {
    await this.database.query('UPDATE namespaces SET user_id = $2, updated_at = now() WHERE root_id = $1', [
      rootId,
      to.id,
    ]);
    await this.database.query('UPDATE images SET user_id = $2, updated_at = now() WHERE root_namespace_id = $1', [
      rootId,
      to.id,
    ]);
  }

  /** Where an image is; nobody else moves it until the transaction ends, nor its tree. */
  async lockImage(id: number, rootId: number | null): Promise<ImagePlace | undefined> {
    await this.database.query('SELECT 1 FROM namespaces WHERE id = $1 FOR SHARE', [rootId]);
    const [row] = await this.database.query<ImagePlace>(
      'SELECT user_id AS "userId", root_namespace_id AS "rootNamespaceId" FROM images WHERE id = $1 FOR UPDATE',
      [id],
    );
    return row;
  }

  /** What the receiver has outside any namespace by this image's name. */
  findImageClashes(id: number, to: Receiver): Promise<string[]> {
    return this.references(
      `SELECT $3 || '/' || i.name || ':' || i.tag AS reference FROM images i
       JOIN images o ON o.user_id = $2 AND o.namespace_id IS NULL AND o.name = i.name AND o.tag = i.tag
       WHERE i.id = $1`,
      [id, to.id, to.username],
    );
  }

  /** Gives an image to another, outside any namespace; its tree's openness stays behind. */
  async giveImage(id: number, to: Receiver): Promise<void> {
    await this.database.query(
      `UPDATE images SET user_id = $2, namespace_id = NULL, root_namespace_id = NULL,
              is_public = (visibility = 'public'), updated_at = now()
       WHERE id = $1`,
      [id, to.id],
    );
  }

  private async references(text: string, values: readonly unknown[]): Promise<string[]> {
    return (await this.database.query<Reference>(text, values)).map(({ reference }) => reference);
  }
}
