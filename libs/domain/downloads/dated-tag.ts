const LONGEST_TAG = 128;

/** `<tag>-YYYYMMDD` by the day in UTC; from the second of a day on with `-2`, `-3` … A tag that is too long for it is cut. */
export function datedTag(tag: string, at: Date, nth: number): string {
  const day = at.toISOString().slice(0, 10).replaceAll('-', '');
  const ending = nth === 1 ? `-${day}` : `-${day}-${nth}`;
  return tag.slice(0, LONGEST_TAG - ending.length) + ending;
}
