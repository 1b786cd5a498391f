import { userUuid } from './user-uuid.js';

describe('a user’s UUID', () => {
  it('is of version 5, and the same in every installation and release', () => {
    expect(userUuid(1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([userUuid(1), userUuid(2)]).toEqual([
      '8397adef-7b4c-5229-9fec-b4f2274a0f24',
      'd052c70d-c3c7-535b-9b0b-e9f26e642fa8',
    ]);
  });
});
