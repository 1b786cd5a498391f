/** Marks that some readers skip like blanks, and others take for a part of a word. For a class of a regular expression. */
export const ODD_BLANKS = '\\v\\f\\u0085\\u00a0\\u1680\\u2000-\\u200f\\u2028\\u2029\\u202f\\u205f\\u2060\\u3000\\ufeff';
