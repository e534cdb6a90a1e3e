// Windows of a result's rows that have been fetched; the oldest go when there are too many.

export type Row = (string | null)[];

export const windowRows = 200;
const windowsKept = 40;

export class RowCache {
  /** Fetched windows by number; null for one that was asked for and has not come yet. */
  #windows = new Map<number, Row[] | null>();
  readonly #ask: (window: number) => void;

  constructor(ask: (window: number) => void) {
    this.#ask = ask;
  }

  /** Row `index` if it is here; asks for its window, once, if not. */
  row(index: number): Row | null {
    const window = Math.floor(index / windowRows);
    const rows = this.#windows.get(window);
    if (rows === undefined) {
      this.#windows.set(window, null);
      this.#ask(window);
    }
    return rows?.[index - window * windowRows] ?? null;
  }

  put(window: number, rows: Row[]): void {
    this.#windows.delete(window);
    this.#windows.set(window, rows);
    for (const old of this.#windows.keys()) {
      if (this.#windows.size <= windowsKept) break;
      this.#windows.delete(old);
    }
  }

  clear(): void {
    this.#windows.clear();
  }
}
