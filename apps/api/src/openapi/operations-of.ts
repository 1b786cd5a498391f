import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';

export const METHODS = ['get', 'post', 'patch', 'put', 'delete'] as const;

/** An operation of a document, and where it stands. */
export interface DescribedOperation {
  readonly method: (typeof METHODS)[number];
  readonly path: string;
  readonly operation: OperationObject;
}

/** Every operation of a document, in its order. */
export function operationsOf({ paths }: OpenAPIObject): DescribedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method, path, operation }] : [];
    }),
  );
}
