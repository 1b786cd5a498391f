import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';

/** What URLs in answers begin with: PUBLIC_URL, else where the server listens. Never what a request claims. */
@Injectable()
export class PublicUrl {
  private listening: string;

  constructor(private readonly config: Config) {
    this.listening = `http://${config.host}:${config.port}`;
  }

  /** Without a trailing slash. */
  get base(): string {
    return this.config.publicUrl ?? this.listening;
  }

  /** Tells the port that was really taken. */
  listensOn(port: number): void {
    const { host } = this.config;
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
    this.listening = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  }
}
