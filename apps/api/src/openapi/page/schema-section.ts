import type { OpenAPIObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';
import { referredName } from '../schema-reference.js';
import { html, type Markup, phrase } from './markup.js';

type Schema = SchemaObject | ReferenceObject;

/** All named schemas, each with a table of its fields. */
export function schemaSections({ components }: OpenAPIObject): Markup[] {
  return Object.entries(components?.schemas ?? {}).map(([name, schema]) => schemaSection(name, schema as SchemaObject));
}

/** What a value is, in a few words, with links to named schemas. */
export function typeOf(schema: Schema | undefined): Markup {
  if (!schema) return html``;
  const name = referredName(schema);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  const { type, items, enum: choices, format, properties: fields, anyOf, oneOf, allOf } = schema as SchemaObject;
  const alternatives = anyOf ?? oneOf ?? allOf;
  if (alternatives) return joined(alternatives.map(typeOf), ' or ');
  if (items) return html`list of ${typeOf(items)}`;
  if (choices)
    return joined(
      (choices as unknown[]).map((choice) => html`<code>${JSON.stringify(choice)}</code>`),
      ' ',
    );
  if (fields)
    return joined(
      Object.keys(fields).map((field) => html`<code>${field}</code>`),
      ' ',
    );
  return html`${[format ?? type ?? 'anything'].flat().join(' or ')}`;
}

function schemaSection(name: string, { description = '', properties = {}, required = [] }: SchemaObject): Markup {
  const rows = Object.entries(properties).map(([field, schema]) => fieldRow(field, schema, required.includes(field)));
  return html`<section id="schema-${name}">
    <h3>${name}</h3>
    <p>${phrase(description)}.</p>
    ${
      rows.length > 0
        ? html`<table>
            ${rows}
          </table>`
        : undefined
    }
  </section>`;
}

function fieldRow(name: string, schema: Schema, required: boolean): Markup {
  return html`<tr>
    <th><code>${name}</code>${required ? undefined : html` <small>optional</small>`}</th>
    <td>${typeOf(schema)}</td>
    <td>${phrase((schema as SchemaObject).description ?? '')}</td>
  </tr>`;
}

function joined(parts: readonly Markup[], separator: string): Markup {
  return html`${parts.flatMap((part, at) => (at === 0 ? [part] : [html`${separator}`, part]))}`;
}
