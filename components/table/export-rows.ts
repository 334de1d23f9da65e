import { csvLine, type CsvValue } from "#contracts/csv.ts";

/** Rows in one file: what a browser holds in memory without harm. */
export const maxExportedRows = 100_000;

/** One column of an exported table; moments are given as ISO strings, so that a file says the same everywhere. */
export interface CsvColumn<Row> {
  readonly title: string;
  readonly value: (row: Row) => CsvValue;
}

/** What came of an export. */
export interface Exported {
  readonly rows: number;
  /** There were more than {@link maxExportedRows}. */
  readonly isCut: boolean;
}

/**
 * Hands rows to the browser as a CSV file; what its cells may hold is said at `csvLine`. The rows come from the procedure that
 * fills the table on the screen, so that a person takes home just what they may see: `pages` is one array of rows for a table
 * that is held whole, or {@link pagesOf} a paged query with the filters of the view.
 * @param name file name without ending; characters that file systems dislike are replaced
 */
export function exportCsv<Row>(name: string, columns: readonly CsvColumn<Row>[], pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>): Promise<Exported> {
  const line = (row: Row): string => csvLine(columns.map(({ value }) => value(row)));
  return exportRows(`${name}.csv`, "text/csv;charset=utf-8", csvLine(columns.map(({ title }) => title)), line, pages);
}

/** As {@link exportCsv}, in a format of one line a row. */
export async function exportRows<Row>(
  name: string,
  type: string,
  header: string,
  line: (row: Row) => string,
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
): Promise<Exported> {
  const parts = [header];
  let rows = 0;
  let isCut = false;
  for await (const page of pages) {
    const fitting = page.slice(0, maxExportedRows - rows);
    parts.push(fitting.map(line).join(""));
    rows += fitting.length;
    isCut = fitting.length < page.length;
    if (isCut) break;
  }
  save(new Blob(parts, { type }), name.replaceAll(/[^\w.-]+/g, "-"));
  return { rows, isCut };
}

/** All pages of a paged query, one after the other. */
export async function* pagesOf<Row>(read: (cursor: string | undefined) => Promise<{ readonly items: readonly Row[]; readonly nextCursor: string | null }>): AsyncGenerator<readonly Row[]> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await read(cursor);
    yield items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
