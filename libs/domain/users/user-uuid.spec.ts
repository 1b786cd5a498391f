import { userUuid } from './user-uuid.js';

describe('a user’s UUID', () => {
  it('is of version 5, and the same in every installation and release', () => {
    expect(userUuid(1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([userUuid(1), userUuid(2)]).toEqual(['347f3d9a-5e5a-59a4-bead-cfe4b6d1267b', 'fd17e418-0637-589d-b0e9-0753510fff86']);
  });
});
