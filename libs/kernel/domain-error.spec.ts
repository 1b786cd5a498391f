import { DomainError } from '#kernel';

describe('DomainError', () => {
  it('names the field to blame', () => {
    const error = DomainError.field('invalid', 'name', 'Name already exists');
    expect(error.fields).toEqual({ name: ['Name already exists'] });
    expect(error).toBeInstanceOf(Error);
  });
});
