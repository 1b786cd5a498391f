import { applyDecorators, type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, type ValidationError } from 'class-validator';
import { DomainError, FieldProblems } from '#kernel';

/**
 * Checks JSON bodies against their DTO: wrong types and unknown fields are refused, a message per field, in the
 * contract's shape. What a value may be is the domain's to say.
 */
@Injectable()
export class NativeValidationPipe implements PipeTransform {
  private readonly pipe = new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    transform: true,
    exceptionFactory: toDomainError,
  });

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type !== 'body') return value;
    if (value === undefined && metadata.metatype && OPTIONAL.has(metadata.metatype)) return {};
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new DomainError('invalid', 'Send a JSON object, with Content-Type: application/json');
    }
    return this.pipe.transform(value, metadata);
  }
}

const OPTIONAL = new WeakSet<object>();

/** A body that may be left out; it is empty then. */
export const OptionalBody = (): ClassDecorator => (dto) => {
  OPTIONAL.add(dto);
};

/** A field that may be left out, or null, which here says the same. */
export const MayBeAbsent = (): PropertyDecorator =>
  applyDecorators(
    IsOptional(),
    Transform(({ value }: { readonly value: unknown }) => value ?? undefined),
  );

function toDomainError(errors: ValidationError[]): Error {
  const problems = new FieldProblems();
  for (const error of errors) {
    for (const message of new Set(messagesOf(error))) problems.add(error.property, capitalised(message));
  }
  try {
    problems.throwIfAny();
  } catch (error) {
    return error as Error;
  }
  return new DomainError('invalid', 'The body is not valid');
}

/** Of a field and of all inside it: what is wrong with each object of a list is told with the list. */
function messagesOf({ constraints = {}, children = [] }: ValidationError): string[] {
  return [...Object.values(constraints), ...children.flatMap(messagesOf)];
}

function capitalised(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
