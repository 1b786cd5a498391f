export { Database } from './database.js';
export { DatabaseModule } from './database.module.js';
export { dataSourceOptions, migrate } from './data-source.js';
export { instanceIsAlive, InstanceLock } from './instance-lock.js';
export { violatedUniqueConstraint } from './postgres-errors.js';
export { type EmbeddedDatabase, startEmbeddedPostgres } from './embedded/embedded-database.js';
