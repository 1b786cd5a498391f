type Word = string | number;

/**
 * A command line for `sh`. What is filled in is one word, whatever is in it; a list is several words, none if it is empty.
 */
export function shell(texts: TemplateStringsArray, ...filled: readonly (Word | readonly Word[])[]): string {
  const words = filled.map((one) => [one].flat().map(quoted).join(' '));
  return String.raw({ raw: texts }, ...words);
}

function quoted(word: Word): string {
  return `'${String(word).replaceAll("'", `'\\''`)}'`;
}
