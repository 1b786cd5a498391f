import { VISIBILITIES, type Visibility, widest } from './visibility.js';

describe('widest', () => {
  it.each<[Visibility, Visibility, Visibility]>([
    ['private', 'private', 'private'],
    ['private', 'internal', 'internal'],
    ['private', 'public', 'public'],
    ['internal', 'internal', 'internal'],
    ['internal', 'public', 'public'],
    ['public', 'public', 'public'],
  ])('of %s and %s is %s, in either order', (a, b, expected) => {
    expect([widest(a, b), widest(b, a)]).toEqual([expected, expected]);
  });

  it('knows the visibilities from the most closed to the most open', () => {
    expect(VISIBILITIES).toEqual(['private', 'internal', 'public']);
  });
});
