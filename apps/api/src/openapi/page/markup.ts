/** HTML that may go into a page as it is. */
export class Markup {
  constructor(readonly text: string) {}
}

type Insertion = string | number | Markup | readonly Markup[] | undefined;

/** A piece of HTML. Everything that is put into it is escaped, unless it is HTML itself. */
export function html(pieces: TemplateStringsArray, ...insertions: readonly Insertion[]): Markup {
  return new Markup(pieces.map((piece, at) => piece + rendered(insertions[at])).join(''));
}

/** Prose in which `words between backticks` are code, and an empty line begins a paragraph. */
export function prose(text: string): Markup[] {
  return text.split('\n\n').map((paragraph) => html`<p>${phrase(paragraph)}</p>`);
}

/** Prose of one paragraph. */
export function phrase(text: string): Markup[] {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

function rendered(insertion: Insertion): string {
  if (insertion === undefined) return '';
  if (insertion instanceof Markup) return insertion.text;
  if (typeof insertion === 'object') return insertion.map(({ text }) => text).join('');
  return escaped(String(insertion));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
