import type {
  HeaderObject,
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  RequestBodyObject,
  ResponseObject,
} from '@nestjs/swagger';
import type { DescribedOperation } from '../operations-of.js';
import { curlLine } from './curl-line.js';
import { html, type Markup, phrase } from './markup.js';
import { typeOf } from './schema-section.js';

/** One operation: a line that unfolds to all there is to know. */
export function operationSection(document: OpenAPIObject, described: DescribedOperation): Markup {
  const { method, path, operation } = described;
  return html`<details id="${operation.operationId}">
    <summary>
      <b class="${method}">${method.toUpperCase()}</b> <code>${path}</code>
      <span>${operation.summary}</span> ${accessMark(operation)}
    </summary>
    ${operation.description === undefined ? undefined : html`<p>${phrase(operation.description)}</p>`}
    <pre>${curlLine(document, described)}</pre>
    ${parameters(operation)} ${body(operation)} ${answers(operation)}
  </details>`;
}

function accessMark({ security = [], ...operation }: OperationObject): Markup {
  const scope = 'x-scope' in operation ? html`<code>${String(operation['x-scope'])}</code>` : undefined;
  const open = security.length === 0 || security.some((requirement) => Object.keys(requirement).length === 0);
  if (!scope) return html`<small>${open ? 'public' : 'any token'}</small>`;
  return html`<small>${scope}${open ? ' or public' : ''}</small>`;
}

function parameters({ parameters: all = [] }: OperationObject): Markup | undefined {
  const rows = (all as ParameterObject[]).map(
    ({ name, in: place, description = '', required = false, schema }) =>
      html`<tr>
        <th><code>${name}</code>${required ? undefined : html` <small>optional</small>`}</th>
        <td>${place}</td>
        <td>${typeOf(schema)}</td>
        <td>${phrase(description)}</td>
      </tr>`,
  );
  return rows.length === 0
    ? undefined
    : html`<h4>Parameters</h4>
        <table>
          ${rows}
        </table>`;
}

function body({ requestBody }: OperationObject): Markup | undefined {
  if (!requestBody) return undefined;
  const { description = '', content } = requestBody as RequestBodyObject;
  return html`<h4>Body</h4>
    <p>${phrase(description)}</p>
    ${contents(content)}`;
}

function answers({ responses }: OperationObject): Markup {
  const rows = Object.entries(responses).map(([status, answer]) => answerRow(status, answer as ResponseObject));
  return html`<h4>Answers</h4>
    <table>
      ${rows}
    </table>`;
}

function answerRow(status: string, { description, headers = {}, content = {} }: ResponseObject): Markup {
  const names = Object.entries(headers).map(
    ([name, header]) => html`<li><code>${name}</code> ${phrase((header as HeaderObject).description ?? '')}</li>`,
  );
  return html`<tr>
    <th>${status}</th>
    <td>
      ${phrase(description)}
      ${
        names.length > 0
          ? html`<ul>
              ${names}
            </ul>`
          : undefined
      }
      ${contents(content)}
    </td>
  </tr>`;
}

function contents(content: NonNullable<ResponseObject['content']>): Markup[] {
  return Object.entries(content).map(
    ([type, { schema, example }]) =>
      html`<p><code>${type}</code> ${typeOf(schema)}</p>
        ${example === undefined ? undefined : exampleBlock(example)}`,
  );
}

/** A short one in a line; a long one unfolds. */
function exampleBlock(example: unknown): Markup {
  const line = JSON.stringify(example);
  if (line.length <= 200) return html`<pre>${line}</pre>`;
  return html`<details>
    <summary>Example</summary>
    <pre>${JSON.stringify(example, null, 2)}</pre>
  </details>`;
}
