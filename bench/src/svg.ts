/** A piece of SVG: an element with its attributes and what is in it. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const opening = `<${name}${written.join('')}`;
  return content.length === 0 ? `${opening}/>` : `${opening}>${content.join('\n')}</${name}>`;
}

export type Attributes = Readonly<Record<string, string | number>>;

/** One line of text. */
export function label(text: string, attributes: Attributes): string {
  return element('text', attributes, escaped(text));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
