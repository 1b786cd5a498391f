export { Database } from './database.js';
export { DatabaseModule } from './database.module.js';
export { migrate, MIGRATIONS, sturdyPool } from './data-source.js';
export { instanceIsAlive, InstanceLock } from './instance-lock.js';
export { Notifications } from './notifications.js';
export { databaseAway, violatedUniqueConstraint } from './postgres-errors.js';
export { startEmbeddedPostgres } from './embedded/embedded-database.js';
export { EmbeddedPostgresError } from './embedded/embedded-postgres.error.js';
