import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';
import { Config } from '#platform/config';
import { Database } from './database.js';
import { SturdyClient } from './sturdy-client.js';

/** Somebody who wants to know. */
export interface Listener {
  onMessage(payload: string): void;
  /** Messages may have been missed: look at what they would have told of. */
  onGap(): void;
}

const RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

/** Messages between the processes on one database (PostgreSQL's LISTEN and NOTIFY), by one connection that is made when first needed. */
@Injectable()
export class Notifications implements OnModuleDestroy {
  private readonly logger = new Logger(Notifications.name);
  private readonly listeners = new Map<string, Set<Listener>>();
  private connection: Promise<pg.Client> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  /** Tells all processes, once the transaction under way has been committed. `payload` is short: 8,000 bytes at most. */
  async send(channel: string, payload: string): Promise<void> {
    await this.database.query('SELECT pg_notify($1, $2)', [channel, payload]);
  }

  /** Hears from here on, until the function that it gives is called. @throws where the database does not answer */
  async listen(channel: string, listener: Listener): Promise<() => void> {
    const others = this.listeners.get(channel);
    const all = others ?? new Set<Listener>();
    all.add(listener);
    this.listeners.set(channel, all);
    try {
      const client = await this.connect();
      if (!others) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      all.delete(listener);
      throw error;
    }
    return () => all.delete(listener);
  }

  async onModuleDestroy(): Promise<void> {
    this.closing = true;
    clearTimeout(this.retry);
    const client = await this.connection?.catch(() => undefined);
    await client?.end();
  }

  private connect(): Promise<pg.Client> {
    this.connection ??= this.open();
    this.connection.catch(() => (this.connection = undefined));
    return this.connection;
  }

  private async open(): Promise<pg.Client> {
    const client = new SturdyClient({
      connectionString: this.config.requireDatabaseUrl(),
      application_name: 'diskyard notifications',
      keepAlive: true,
    });
    client.on('notification', ({ channel, payload = '' }) => {
      for (const listener of this.listeners.get(channel) ?? []) listener.onMessage(payload);
    });
    await client.connect();
    for (const channel of this.listeners.keys()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    client.once('end', () => {
      this.connection = undefined;
      this.reconnect(RETRY_MS);
    });
    return client;
  }

  /** After a restart of PostgreSQL. */
  private reconnect(delayMs: number): void {
    if (this.closing) return;
    this.retry = setTimeout(() => {
      this.connect().then(
        () => this.tellOfGap(),
        (error: unknown) => {
          this.logger.warn({ err: error }, 'PostgreSQL is out of reach; trying again');
          this.reconnect(Math.min(delayMs * 2, MAX_RETRY_MS));
        },
      );
    }, delayMs).unref();
  }

  private tellOfGap(): void {
    for (const listeners of this.listeners.values()) for (const listener of listeners) listener.onGap();
  }
}
