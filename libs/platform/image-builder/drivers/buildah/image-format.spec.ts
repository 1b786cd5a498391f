import { formatFor } from './image-format.js';

describe('the format that an image is kept in', () => {
  it('is OCI’s, and the Dockerfile as it is, where no step has a shell of its own', () => {
    const text = 'FROM scratch\nONBUILD RUN x\n# SHELL ["x"]\nRUN echo \\\nSHELL\n';
    expect(formatFor(text)).toEqual({ text, options: [] });
  });

  it('is Docker’s with SHELL, without what would be run to make the disk, each line in its place', () => {
    const text = 'FROM scratch\nonbuild run a \\\n  # within\n  && b\nRUN c\n shell ["x"]\nONBUILD ENV d=e\nRUN f\n';
    expect(formatFor(text)).toEqual({
      text: 'FROM scratch\n\n\n\nRUN c\n shell ["x"]\n\nRUN f\n',
      options: ['--format', 'docker'],
    });
  });
});
