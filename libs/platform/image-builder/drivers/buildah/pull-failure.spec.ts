import { SandboxedProgramError } from '#platform/sandbox';
import { explainPull, type PullFailure } from './pull-failure.js';

const SOURCE = 'initializing source docker://reg.test/a/b:2: ';
const PING = `${SOURCE}pinging container registry reg.test: `;
const MANIFEST = `${SOURCE}reading manifest 2 in reg.test/a/b: `;
const GET = `${PING}Get "https://reg.test/v2/": `;
const BLOB = 'reading blob sha256:8cfc: ';
const FILE = 'writing blob: storing blob to file "/var/tmp/storage97/1": ';

const explain = (lastWords: string): PullFailure =>
  explainPull(new SandboxedProgramError('buildah', 'exit code 125', lastWords));

describe('explainPull', () => {
  it.each([
    `${GET}dial tcp 127.0.0.1:9: connect: connection refused`,
    `${GET}read tcp 127.0.0.1:48460->127.0.0.1:35803: read: connection reset by peer`,
    `${GET}dial tcp 192.0.2.1:443: i/o timeout`,
    `${GET}dial tcp 192.0.2.1:443: connect: no route to host`,
    `${GET}net/http: TLS handshake timeout`,
    `${GET}context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    `${GET}dial tcp: lookup reg.test on 192.0.2.53:53: no such host`,
    `${GET}dial tcp: lookup reg.test on 192.0.2.53:53: server misbehaving`,
    `${GET}EOF`,
    `${PING}invalid status code from registry 503 (Service Unavailable)`,
    `${PING}invalid status code from registry 504 (Gateway Timeout)`,
    `${PING}too many requests to registry`,
    `${SOURCE}Requesting bearer token: invalid status code from registry 502 (Bad Gateway)`,
    `${SOURCE}unexpected EOF`,
    `${MANIFEST}received unexpected HTTP status: 500 Internal Server Error`,
    `${MANIFEST}StatusCode: 429, <html>429</html>`,
    `${MANIFEST}toomanyrequests: You have reached your limit`,
    'parsing image configuration: Error fetching blob: invalid status code from registry 503 (Service Unavailable)',
    'parsing image configuration: unexpected EOF',
    `${BLOB}Error fetching blob: invalid status code from registry 503 (Service Unavailable)`,
    `${BLOB}Get "https://cdn.test/x": dial tcp 127.0.0.1:9: connect: connection refused`,
    `${FILE}happened during read: unexpected EOF`,
    `${FILE}happened during read: read tcp 127.0.0.1:52130->127.0.0.1:42619: read: connection reset by peer`,
  ])('takes for passing: %s', (reason) => {
    expect(explain(`Trying to pull reg.test/a/b:2...\nError: ${reason}`)).toEqual({ reason, isRetryable: true });
  });

  it.each([
    'invalid reference format',
    `${GET}x509: certificate is valid for other, not reg.test`,
    `${GET}http: server gave HTTP response to HTTPS client`,
    `${GET}tls: first record does not look like a TLS handshake`,
    `${GET}net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-OpenSSH"`,
    `${PING}invalid status code from registry 404 (Not Found)`,
    `${PING}invalid status code from registry 403 (Forbidden)`,
    `${PING}Get "/elsewhere": stopped after 10 redirects`,
    `${SOURCE}unable to retrieve auth token: invalid username/password: unauthorized: authentication required`,
    "initializing image from source docker://reg.test/a/b:2: invalid character '<' looking for beginning of value",
    `${MANIFEST}manifest unknown: some words`,
    `${MANIFEST}name unknown: some words`,
    `${MANIFEST}unauthorized: authentication required`,
    `${MANIFEST}denied: the server answers 503 to others`,
    `${MANIFEST}StatusCode: 404, <html>404</html>`,
    `${FILE}happened during read: Digest did not match, expected sha256:8cfc, got sha256:3740`,
    `${FILE}unexpected EOF`,
    'writing blob: adding layer with blob "sha256:4c0e": ApplyLayer stdout:  stderr: unexpected EOF exit status 1',
  ])('takes for final: %s', (reason) => {
    const plain = reason.replace('  ', ' ');
    expect(explain(`Trying to pull reg.test/a/b:2...\nError: ${reason}`)).toEqual({
      reason: plain,
      isRetryable: false,
    });
  });

  it('tells all that a registry says, on one line, and not what buildah said before', () => {
    const warning = 'time="…" level=warning msg="Failed, retrying in 2s ... (3/3). Error: EOF"';
    const said = `${MANIFEST}errors:\ndenied: one\nError: two\n`;
    expect(explain(`${warning}\nError: ${said}`)).toEqual({
      reason: `${MANIFEST}errors: denied: one Error: two`,
      isRetryable: false,
    });
  });

  it('cuts what is long, and judges all of it', () => {
    const { reason, isRetryable } = explain(`Error: ${'x'.repeat(400)}: EOF`);
    expect({ reason, isRetryable }).toEqual({ reason: 'x'.repeat(300), isRetryable: true });
  });

  it('tells how it ended where it said nothing', () => {
    expect(explain('')).toEqual({ reason: 'exit code 125', isRetryable: false });
  });
});
