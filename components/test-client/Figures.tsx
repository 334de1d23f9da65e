import styles from "./test-client.module.css";

/** Of a digit and of a comma of the console's font, as tabular figures, in `ch`: that is the width of a zero that is not. */
const digitWidth = 0.9;
const commaWidth = 0.38;

/** A text in whose numbers each has a place of fixed size: numbers that change many times a second would lay the whole page out anew. */
export function Figures({ text }: { text: string }) {
  return text.split(/(\d[\d,]*\d|\d)/).map((part, index) => (index % 2 === 0 ? part : <span key={index} className={styles.figure} style={{ inlineSize: widthOf(part) }}>{part}</span>));
}

function widthOf(number: string): string {
  const digits = number.replaceAll(",", "").length;
  return `${(digits * digitWidth + (number.length - digits) * commaWidth).toFixed(2)}ch`;
}
