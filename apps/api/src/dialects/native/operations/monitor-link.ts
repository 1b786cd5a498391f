/** Where to watch work that an answer only promises: a `Link` of the relation `monitor` (RFC 8288; registered by RFC 5989). */
export function monitorLink(base: string, operationId: number): string {
  return `<${base}/operations/${operationId}>; rel="monitor"`;
}
