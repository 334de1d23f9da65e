import formatXml from "xml-formatter";

const maxFormattedCharacters = 128 * 1024;

function formatted(text: string): string {
  if (text.length > maxFormattedCharacters) return text;
  try {
    return formatXml(text, { indentation: "  ", collapseContent: true });
  } catch {
    // Not well-formed, or too deep: shown as it came.
    return text;
  }
}

/** XML with each element on a line of its own. */
export function XmlText({ text }: { text: string }) {
  return <>{formatted(text)}</>;
}
