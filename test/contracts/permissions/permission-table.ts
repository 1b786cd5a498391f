/** Who asks; collaborators are those of the owner's trees. */
export const CALLERS = ['anonymous', 'stranger', 'reader', 'writer', 'maintainer', 'owner', 'admin'] as const;
export type Caller = (typeof CALLERS)[number];

/** Where the owner's image is: the visibility of its namespace, if it has one, and its own. */
export const PLACES = {
  'no namespace': { namespace: undefined, image: 'private' },
  'no namespace, image internal': { namespace: undefined, image: 'internal' },
  'no namespace, image public': { namespace: undefined, image: 'public' },
  'private namespace': { namespace: 'private', image: 'private' },
  'internal namespace': { namespace: 'internal', image: 'private' },
  'public namespace': { namespace: 'public', image: 'private' },
  'private namespace, image internal': { namespace: 'private', image: 'internal' },
  'private namespace, image public': { namespace: 'private', image: 'public' },
  'public namespace, image internal': { namespace: 'public', image: 'internal' },
} as const;
export type Place = keyof typeof PLACES;
export const ALL_PLACES = Object.keys(PLACES) as Place[]; // what Object.keys gives has a wider type

/** What somebody may do, each more than the one before: nothing, read, write, delete, manage. */
export type Level = '-' | 'r' | 'w' | 'd' | 'm';

// prettier-ignore
const IMAGE_LEVELS: Readonly<Record<Place, string>> = {
  //                             anonymous stranger reader writer maintainer owner admin
  'no namespace':                     '-      -      -      -       -        m     m',
  'no namespace, image internal':     '-      r      r      r       r        m     m',
  'no namespace, image public':       'r      r      r      r       r        m     m',
  'private namespace':                '-      -      r      w       d        m     m',
  'internal namespace':               '-      r      r      w       d        m     m',
  'public namespace':                 'r      r      r      w       d        m     m',
  'private namespace, image internal':'-      r      r      w       d        m     m',
  'private namespace, image public':  'r      r      r      w       d        m     m',
  'public namespace, image internal': 'r      r      r      w       d        m     m',
};

// prettier-ignore
const NAMESPACE_LEVELS = {
  //                             anonymous stranger reader writer maintainer owner admin
  private:                            '-      -      r      w       d        m     m',
  internal:                           '-      r      r      w       d        m     m',
  public:                             'r      r      r      w       d        m     m',
};

/** In whose own list an image is: of those who own it, or collaborate in its tree. */
// prettier-ignore
const LISTED: Readonly<Record<'without' | 'with', string>> = {
  //                             anonymous stranger reader writer maintainer owner admin
  without:                            '.      .      .      .       .        x     .',
  with:                               '.      .      x      x       x        x     .',
};

/** What a caller may do with an image. */
export function levelOnImage(place: Place, caller: Caller): Level {
  return cell(IMAGE_LEVELS[place], caller) as Level; // the table has no other letters
}

export type NamespaceVisibility = keyof typeof NAMESPACE_LEVELS;
export const NAMESPACE_VISIBILITIES = Object.keys(NAMESPACE_LEVELS) as NamespaceVisibility[]; // as above

/** What a caller may do with a namespace. */
export function levelOnNamespace(visibility: NamespaceVisibility, caller: Caller): Level {
  return cell(NAMESPACE_LEVELS[visibility], caller) as Level; // the table has no other letters
}

/** Whether an image is in the caller's list. */
export function isListed(place: Place, caller: Caller): boolean {
  return cell(PLACES[place].namespace === undefined ? LISTED.without : LISTED.with, caller) === 'x';
}

/** Whether everybody may read an image, and so also finds it in a list with public ones. */
export function isPublic(place: Place): boolean {
  return levelOnImage(place, 'anonymous') === 'r';
}

/** Whether a level includes another. */
export function includes(level: Level, needed: Level): boolean {
  return '-rwdm'.indexOf(level) >= '-rwdm'.indexOf(needed);
}

function cell(row: string, caller: Caller): string {
  return row.split(/ +/)[CALLERS.indexOf(caller)] ?? '';
}
