import type { OpenAPIObject, ResponseObject, SchemaObject } from '@nestjs/swagger';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type DescribedOperation, operationsOf } from '../../apps/api/src/openapi/operations-of.js';
import type { Answer } from './native-client.js';

/** Holds answers against the OpenAPI document that describes them. */
export class OpenApiContract {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly operations: ReadonlyMap<string, DescribedOperation>;
  private readonly seen = new Set<string>();

  constructor(document: OpenAPIObject) {
    addFormats.default(this.ajv);
    this.ajv.addSchema(sealed(document), 'document');
    this.operations = new Map(operationsOf(document).map((one) => [one.operation.operationId ?? '', one]));
  }

  operation(id: string): DescribedOperation {
    const found = this.operations.get(id);
    if (!found) throw new Error(`no operation ${id}`);
    return found;
  }

  /** What the document says that an operation answers with a status. */
  response(id: string, status: number): ResponseObject {
    const response = this.operation(id).operation.responses[status];
    if (!response) throw new Error(`${id} is not described to answer ${status}`);
    return response as ResponseObject;
  }

  /** What is wrong with an answer: a status or header nobody described, a body not of its schema. Nothing if all is well. */
  problems(id: string, answer: Answer): string[] {
    const { content, headers = {} } = this.response(id, answer.status);
    this.seen.add(`${id} ${answer.status}`);
    const missing = Object.keys(headers)
      .filter((name) => name !== 'WWW-Authenticate' || answer.status === 401) // a 403 has it for a missing scope only
      .filter((name) => !answer.headers.has(name))
      .map((name) => `no header ${name}`);
    const type = answer.headers.get('Content-Type')?.split(';')[0] ?? 'none';
    if (!content) return answer.body === undefined ? missing : [...missing, 'a body where none is described'];
    if (!(type in content)) return [...missing, `a body of type ${type}`];
    return [...missing, ...(type === 'application/json' ? this.bodyProblems(id, answer) : [])];
  }

  /** Described answers of operations with these tags that `problems` has not seen yet, as `operation status`. */
  unseen(tags: readonly string[]): string[] {
    return [...this.operations.values()]
      .filter(({ operation }) => operation.tags?.some((tag) => tags.includes(tag)))
      .flatMap(({ operation }) =>
        Object.keys(operation.responses).map((status) => `${operation.operationId} ${status}`),
      )
      .filter((one) => !one.endsWith(' default') && !this.seen.has(one));
  }

  private bodyProblems(id: string, { status, body }: Answer): string[] {
    const { method, path } = this.operation(id);
    const pointer = ['paths', path, method, 'responses', status, 'content', 'application/json', 'schema']
      .map((step) => encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const $ref = `document#/${pointer}`;
    const validate = this.ajv.getSchema($ref) ?? this.ajv.compile({ $ref });
    return validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  }
}

/** The document with every object closed, so that a key nobody described is an error. */
function sealed(document: OpenAPIObject): OpenAPIObject {
  const copy = structuredClone(document);
  for (const schema of Object.values(copy.components?.schemas ?? {}) as SchemaObject[]) {
    if (schema.properties) schema.additionalProperties ??= false;
  }
  return copy;
}
