import { bool, str } from 'envalid';
import { allowedHosts, deniedHosts, dnsServers, portRanges, registries } from './lists.js';
import { bearerToken, bytes, httpUrl, integer, listenHost, postgresUrl, proxyUrl } from './validators.js';

/** Every environment variable Diskyard reads: how it parses, what it means, what holds without it. */
export const settings = {
  HOST: listenHost({ default: '127.0.0.1', desc: 'Address to listen on; 0.0.0.0 for all of them' }),
  PORT: integer(0, 65535)({ default: 8080, desc: 'Port to listen on; 0 picks a free one' }),
  PUBLIC_URL: httpUrl({
    default: undefined,
    desc: 'Base of the URLs in answers, where a proxy stands in front; else http://HOST:PORT',
    example: 'https://images.example.com',
  }),
  TRUST_PROXY: bool({
    default: false,
    desc: 'Believe X-Forwarded-For from the next hop; only behind a proxy of yours',
  }),
  DATA_DIR: str({ default: './data', desc: 'Where image bytes, and the embedded PostgreSQL, are kept' }),
  DATABASE_URL: postgresUrl({
    default: undefined,
    desc: 'An external PostgreSQL (15 or newer); else an embedded one is started',
    example: 'postgres://diskyard:secret@127.0.0.1:5432/diskyard',
  }),
  DATABASE_POOL_SIZE: integer(2, 500)({ default: 16, desc: 'Connections to PostgreSQL at most' }),
  ADMIN_TOKEN: bearerToken({
    default: undefined,
    desc: 'Bearer token of the user "admin"; else one is generated at the first start and printed once',
    example: 'choose-32-or-more-random-characters',
  }),
  MAX_IMAGE_BYTES: bytes({
    default: 2 ** 40,
    desc: 'Largest image file taken (number, or with KiB, MiB, GiB, TiB)',
    example: '1TiB',
  }),
  MAX_VIRTUAL_BYTES: bytes({
    default: 16 * 2 ** 40,
    desc: 'Largest virtual disk an image may describe',
    example: '16TiB',
  }),
  MIN_FREE_BYTES: bytes({
    default: 256 * 2 ** 20,
    desc: 'Free space that uploads leave on the data directory’s disk; they get 507 before that',
    example: '256MiB',
  }),
  ALLOW_ENCRYPTED_IMAGES: bool({ default: false, desc: 'Take QCOW2 files whose content is encrypted' }),
  ALLOW_INTERNAL_SNAPSHOTS: bool({ default: false, desc: 'Take QCOW2 files with internal snapshots' }),
  IDLE_TIMEOUT_SECONDS: integer(
    1,
    86_400,
  )({ default: 60, desc: 'A transfer in which no byte moves for so long is ended' }),
  SHUTDOWN_TIMEOUT_SECONDS: integer(
    0,
    86_400,
  )({
    default: 300,
    desc: 'How long running transfers may go on after SIGTERM before they are cut',
  }),
  WORKER_CONCURRENCY: integer(
    0,
    64,
  )({
    default: 2,
    desc: 'Operations of each kind that this process works on at once; 0 leaves them to worker processes',
  }),
  OPERATION_ATTEMPTS: integer(1, 100)({ default: 5, desc: 'How often an operation is tried before it fails' }),
  OPERATION_RETRY_SECONDS: integer(
    0,
    3_600,
  )({ default: 5, desc: 'How long an operation waits for its second attempt; for each further one twice as long' }),
  OPERATION_LOG_BYTES: bytes({
    default: 256 * 2 ** 20,
    desc: 'What an operation prints beyond this is not kept',
    example: '256MiB',
  }),
  CONVERSION_TIMEOUT_SECONDS: integer(
    1,
    604_800,
  )({ default: 21_600, desc: 'How long qemu-img may take for one disk, by the clock and of processor time' }),
  BOOT_TEST_TIMEOUT_SECONDS: integer(
    1,
    3_600,
  )({ default: 300, desc: 'How long an image may take to boot, where a boot test says nothing else' }),
  BOOT_TEST_MEMORY: bytes({ default: 512 * 2 ** 20, desc: 'Memory of the machine that boots it', example: '512MiB' }),
  BOOT_TEST_DISK_BYTES: bytes({
    default: 4 * 2 ** 30,
    desc: 'What it may write to its disk in a boot test',
    example: '4GiB',
  }),
  BOOT_TEST_CONCURRENCY: integer(
    1,
    64,
  )({ default: 1, desc: 'Boot tests that this process does at once; each keeps a processor busy' }),
  DERIVED_MAX_BYTES: bytes({
    default: 100 * 2 ** 30,
    desc: 'What files of images in other formats may take together; those used longest ago go first, an hour after that',
    example: '100GiB',
  }),
  DERIVED_MAX_AGE_DAYS: integer(0, 3_650)({ default: 7, desc: 'How long such a file stays that nobody downloads' }),
  BUILD_CONCURRENCY: integer(1, 64)({ default: 2, desc: 'Builds that this process works on at once' }),
  BUILDS_PER_USER: integer(
    1,
    1_000,
  )({ default: 2, desc: 'Builds of one user that are worked on at once, by all processes together' }),
  BUILD_CONTEXT_BYTES: bytes({ default: 4 * 2 ** 30, desc: 'Largest build context, as it is sent', example: '4GiB' }),
  BUILD_TIMEOUT_SECONDS: integer(1, 604_800)({ default: 7_200, desc: 'How long a build may take by the clock' }),
  BUILD_CPU_SECONDS: integer(
    1,
    6_048_000,
  )({ default: 14_400, desc: 'Processor time that a build may use, all its processes together' }),
  BUILD_MEMORY_BYTES: bytes({
    default: 4 * 2 ** 30,
    desc: 'Memory that a build may use, all its processes together',
    example: '4GiB',
  }),
  BUILD_DISK_BYTES: bytes({
    default: 32 * 2 ** 30,
    desc: 'Room on disk that a build may use, its unpacked context included; each file counts for 16 KiB at least',
    example: '32GiB',
  }),
  BUILD_PROCESSES: integer(
    16,
    1_000_000,
  )({ default: 1_024, desc: 'Processes and threads that a build may have at once' }),
  BUILD_CACHE_BYTES: bytes({
    default: 20 * 2 ** 30,
    desc: 'What cached layers of builds may take on this machine; those used longest ago go first',
    example: '20GiB',
  }),
  BUILD_TOOLS_DIR: str({
    default: './.cache/tools',
    desc: 'Programs that disks are made with before those of the system; scripts/xfsprogs.mjs fetches mkfs.xfs into it',
  }),
  BUILD_NETWORK: bool({ default: false, desc: 'Whether what a Dockerfile runs reaches the network' }),
  BUILD_REGISTRIES: registries({
    default: undefined,
    desc: 'Registries whose images builds may begin with; http:// for one without TLS. None unless told',
    example: 'docker.io,quay.io,http://registry.local:5000',
  }),
  MAX_SPOOLED_BYTES: bytes({
    default: 4 * 2 ** 30 + 4 * 2 ** 20,
    desc: 'Largest body that is kept on disk until it is proven whose it is: a build context and what comes with it',
    example: '4100MiB',
  }),
  MAX_SPOOLED_BODIES: integer(
    1,
    10_000,
  )({
    default: 32,
    desc: 'How many such bodies one process takes at once; others get 503',
  }),
  MAX_SERVICE_ACCOUNTS: integer(
    0,
    1_000_000,
  )({
    default: 100,
    desc: 'How many service accounts a team may have, and how many a root namespace with all below it',
  }),
  AUDIT_RETENTION_MONTHS: integer(
    0,
    1_200,
  )({
    default: 24,
    desc: 'Whole months that the audit trail is kept besides the current one; 0 keeps it for ever',
  }),
  DOWNLOAD_ALLOW: allowedHosts({
    default: undefined,
    desc: 'Hosts and networks that downloads by URL may reach besides public ones, on DOWNLOAD_PORTS or on a port given here',
    example: 'mirror.local:8080,*.images.example.com,10.1.0.0/16',
  }),
  DOWNLOAD_DENY: deniedHosts({
    default: undefined,
    desc: 'Hosts and networks that downloads never reach, in the same form; goes before DOWNLOAD_ALLOW. * for all but that',
    example: '*.internal.example.com,203.0.114.0/24',
  }),
  DOWNLOAD_PORTS: portRanges({
    default: [80, 443, 8080, 8443].map((port) => ({ first: port, last: port })),
    desc: 'Ports that downloads may reach',
    example: '80,443,8080,8443',
  }),
  DOWNLOAD_PROXY: proxyUrl({
    default: undefined,
    desc: 'Proxy for downloads; HTTP_PROXY and its like are ignored. It resolves names, so only URLs, hosts and literal addresses are checked here: let the proxy refuse private addresses',
    example: 'http://user:password@proxy.example.com:3128',
  }),
  DOWNLOAD_DNS: dnsServers({
    default: undefined,
    desc: 'DNS servers that downloads ask; else the system does',
    example: '10.0.0.53,10.0.1.53:5353',
  }),
  SANDBOX: str({
    choices: ['bubblewrap', 'none'] as const,
    default: 'bubblewrap',
    desc: 'What confines the programs that read foreign disks; with none they see all files and the network, so only on a machine that is itself confined',
  }),
  LOG_LEVEL: str({
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const,
    default: 'info',
    desc: 'How much is logged, as JSON lines on standard error',
  }),
};
