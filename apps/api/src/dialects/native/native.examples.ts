/** What URLs in the description's examples begin with; a server shows its own in its place. */
export const EXAMPLE_BASE = 'http://127.0.0.1:8080';

export const EXAMPLE_TIME = '2026-03-14T09:26:53.589Z';
