import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CleanedEnv, cleanEnv } from 'envalid';
import type { HostRule } from './host-rules.js';
import type { PortRange } from './lists.js';
import { settings } from './settings.js';

/** The environment holds something that cannot be used; the message lists every problem, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What one build may use, all its processes together. */
export interface BuildLimits {
  readonly wallMs: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** Of one file. */
  readonly fileBytes: number;
  readonly processes: number;
}

type Environment = CleanedEnv<typeof settings>;

/** The installation's settings, parsed once at start. Sizes in bytes, times in seconds as the names say. */
export class Config {
  private constructor(private readonly env: Environment) {}

  /** @throws ConfigError that lists all problems at once */
  static parse(environment: NodeJS.ProcessEnv): Config {
    // An empty variable is one that is not set: that is how compose files and shells leave one out.
    const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
    return new Config(cleanEnv(given, settings, { reporter: throwAll }));
  }

  /** The process's environment, and a `.env` file in the working directory for what that leaves open. */
  static load(): Config {
    if (existsSync('.env')) process.loadEnvFile('.env');
    return Config.parse(process.env);
  }

  get host(): string {
    return this.env.HOST;
  }
  get port(): number {
    return this.env.PORT;
  }
  get publicUrl(): string | undefined {
    return this.env.PUBLIC_URL;
  }
  get trustProxy(): boolean {
    return this.env.TRUST_PROXY;
  }
  /** Absolute path. */
  get dataDir(): string {
    return resolve(this.env.DATA_DIR);
  }
  get databaseUrl(): string | undefined {
    return this.env.DATABASE_URL;
  }
  /** @throws ConfigError where neither the environment nor `withDatabaseUrl` named a database */
  requireDatabaseUrl(): string {
    if (this.databaseUrl === undefined)
      throw new ConfigError('No database: DATABASE_URL is not set and none was started');
    return this.databaseUrl;
  }
  /** The same settings with the database that was started for them. */
  withDatabaseUrl(url: string): Config {
    return new Config({ ...this.env, DATABASE_URL: url });
  }
  get databasePoolSize(): number {
    return this.env.DATABASE_POOL_SIZE;
  }
  get adminToken(): string | undefined {
    return this.env.ADMIN_TOKEN;
  }
  get maxImageBytes(): number {
    return this.env.MAX_IMAGE_BYTES;
  }
  get maxVirtualBytes(): number {
    return this.env.MAX_VIRTUAL_BYTES;
  }
  get minFreeBytes(): number {
    return this.env.MIN_FREE_BYTES;
  }
  get allowEncryptedImages(): boolean {
    return this.env.ALLOW_ENCRYPTED_IMAGES;
  }
  get allowInternalSnapshots(): boolean {
    return this.env.ALLOW_INTERNAL_SNAPSHOTS;
  }
  get idleTimeoutMs(): number {
    return this.env.IDLE_TIMEOUT_SECONDS * 1000;
  }
  get shutdownTimeoutMs(): number {
    return this.env.SHUTDOWN_TIMEOUT_SECONDS * 1000;
  }
  /** Operations of each kind; 0 for none. */
  get workerConcurrency(): number {
    return this.env.WORKER_CONCURRENCY;
  }
  get operationAttempts(): number {
    return this.env.OPERATION_ATTEMPTS;
  }
  get operationRetrySeconds(): number {
    return this.env.OPERATION_RETRY_SECONDS;
  }
  get operationLogBytes(): number {
    return this.env.OPERATION_LOG_BYTES;
  }
  get conversionTimeoutSeconds(): number {
    return this.env.CONVERSION_TIMEOUT_SECONDS;
  }
  get bootTestTimeoutSeconds(): number {
    return this.env.BOOT_TEST_TIMEOUT_SECONDS;
  }
  get bootTestMemoryBytes(): number {
    return this.env.BOOT_TEST_MEMORY;
  }
  get bootTestDiskBytes(): number {
    return this.env.BOOT_TEST_DISK_BYTES;
  }
  get bootTestConcurrency(): number {
    return this.env.BOOT_TEST_CONCURRENCY;
  }
  get derivedMaxBytes(): number {
    return this.env.DERIVED_MAX_BYTES;
  }
  get derivedMaxAgeDays(): number {
    return this.env.DERIVED_MAX_AGE_DAYS;
  }
  get buildConcurrency(): number {
    return this.env.BUILD_CONCURRENCY;
  }
  get buildsPerUser(): number {
    return this.env.BUILDS_PER_USER;
  }
  /** As it is sent. */
  get maxBuildContextBytes(): number {
    return this.env.BUILD_CONTEXT_BYTES;
  }
  /** What one build may use, all its processes together. */
  get buildLimits(): BuildLimits {
    return {
      wallMs: this.env.BUILD_TIMEOUT_SECONDS * 1000,
      cpuSeconds: this.env.BUILD_CPU_SECONDS,
      memoryBytes: this.env.BUILD_MEMORY_BYTES,
      diskBytes: this.env.BUILD_DISK_BYTES,
      fileBytes: this.env.BUILD_DISK_BYTES,
      processes: this.env.BUILD_PROCESSES,
    };
  }
  /** Of the layers of all builds together. */
  get buildCacheBytes(): number {
    return this.env.BUILD_CACHE_BYTES;
  }
  /** Absolute path; need not exist. */
  get buildToolsDir(): string {
    return resolve(this.env.BUILD_TOOLS_DIR);
  }
  get buildNetwork(): boolean {
    return this.env.BUILD_NETWORK;
  }
  /** Hosts, each with its port if it is not the usual one; `http://` before those without TLS. */
  get buildRegistries(): readonly string[] {
    return this.env.BUILD_REGISTRIES ?? [];
  }
  get maxSpooledBytes(): number {
    return this.env.MAX_SPOOLED_BYTES;
  }
  get maxSpooledBodies(): number {
    return this.env.MAX_SPOOLED_BODIES;
  }
  /** Of one team, or of one tree. */
  get maxServiceAccounts(): number {
    return this.env.MAX_SERVICE_ACCOUNTS;
  }
  /** Months besides the current one; 0 is for ever. */
  get auditRetentionMonths(): number {
    return this.env.AUDIT_RETENTION_MONTHS;
  }
  get downloadAllow(): readonly HostRule[] {
    return this.env.DOWNLOAD_ALLOW ?? [];
  }
  get downloadDeny(): readonly HostRule[] {
    return this.env.DOWNLOAD_DENY ?? [];
  }
  get downloadPorts(): readonly PortRange[] {
    return this.env.DOWNLOAD_PORTS;
  }
  get downloadProxy(): string | undefined {
    return this.env.DOWNLOAD_PROXY;
  }
  /** Each `ip` or `ip:port`; none where the system's resolver is to be asked. */
  get downloadDns(): readonly string[] {
    return this.env.DOWNLOAD_DNS ?? [];
  }
  get sandbox(): Environment['SANDBOX'] {
    return this.env.SANDBOX;
  }
  get logLevel(): Environment['LOG_LEVEL'] {
    return this.env.LOG_LEVEL;
  }
}

function throwAll({ errors }: { errors: Partial<Record<string, Error>> }): void {
  const problems = Object.entries(errors).map(([name, error]) => `  ${name}: ${error?.message ?? 'is not usable'}`);
  if (problems.length > 0) throw new ConfigError(`The environment cannot be used:\n${problems.join('\n')}`);
}
