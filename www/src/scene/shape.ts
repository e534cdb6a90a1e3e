// How large a node is drawn and what stands in it: a star with the algebra's symbol, a verb with its numbers,
// and the object. Widths come from the characters, so that geometry needs no document.
import type { Operator } from '../engine/types.gen.ts';
import { short, type EstimateError } from './numbers.ts';

/** The symbol in a node's star: a letter of the algebra, or the name of a path that is drawn. */
export type Symbol =
  | { letter: string }
  | { path: 'join' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'cross' | 'table' | 'plain' };

export interface Content {
  symbol: Symbol;
  verb: string;
  /** The object as far as there is room for it. */
  shown: string;
  /** The object in full. */
  object: string;
  numbers: string | null;
  /** Most characters of the object. */
  room: number;
  /** How far the estimate is off, as "▲×12"; null where it is right or not known. Where there is little room it stands
   * after the object, else after the numbers. */
  badge: string | null;
  density: Density;
}

export const star = { radius: 11, gap: 8 };
/** Widths of a character in the widest of the usual system fonts: words must not reach out of their frames. */
const mono = 7.3;
const bold = 8.3;
const small = 6.65;
/** "▲×1.2k" and the gap before it, in characters. */
const longestBadge = 7;
/** From the star's centre to the bottom of the object's line, which has its room even where it is empty. */
const wordsBelow = 26;

/** How much a node says. A plan that would be too large to read says less in each node, not the same in smaller type. */
export type Density = 'roomy' | 'dense';

export const rooms = {
  /** Most characters of the object; room kept for numbers, so that counted rows take the place of estimates without
   * moving anything; what lies between nodes. */
  roomy: { object: 40, numbers: 27, gap: { x: 26, y: 22 } },
  dense: { object: 24, numbers: 11, gap: { x: 16, y: 13 } },
} as const;

/** `text` as far as it fits into `width` characters; what is left over becomes "…", after a word where one ends near. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  const room = text.slice(0, width - 1);
  const space = room.lastIndexOf(' ');
  return `${(space > width * 0.7 ? room.slice(0, space) : room).trimEnd()}…`;
}

/**
 * `text` without the tables before column names, where the names tell the columns apart by themselves:
 * "customer.c_nationkey = n1.n_nationkey" becomes "c_nationkey = n_nationkey". Texts in quotes stay as they are.
 */
export function unqualified(text: string): string {
  const parts = text.split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/);
  const column = /\b([a-z_]\w*)\.([a-z_]\w*)/gi;
  const tables = new Map<string, Set<string>>();
  for (const [at, part] of parts.entries()) {
    if (at % 2 === 1) continue;
    for (const [, table = '', name = ''] of part.matchAll(column)) tables.set(name, (tables.get(name) ?? new Set()).add(table));
  }
  return parts
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(column, (whole, _table, name: string) => (tables.get(name)?.size === 1 ? name : whole))))
    .join('');
}

/** The algebra's symbol for an operator, read from its verb and kind; a plain star when there is none. */
export function symbolOf({ verb, kind }: Pick<Operator, 'verb' | 'kind'>): Symbol {
  const name = `${verb} ${kind}`.toLowerCase().replaceAll(/[-_]/g, ' ');
  const has = (word: string) => name.includes(word);
  if (has('join') || has('apply')) {
    if (has('anti')) return { path: 'anti' };
    if (has('semi')) return { path: 'semi' };
    if (has('full')) return { path: 'full' };
    if (has('left') || has('single') || has('mark')) return { path: 'left' };
    if (has('right')) return { path: 'right' };
    return { path: has('cross') ? 'cross' : 'join' };
  }
  if (has('cross')) return { path: 'cross' };
  if (has('scan') || has('values') || has('table')) return { path: 'table' };
  if (has('filter') || has('select')) return { letter: 'σ' };
  if (has('project')) return { letter: 'π' };
  if (has('distinct')) return { letter: 'δ' };
  if (has('aggregate') || has('group')) return { letter: 'γ' };
  if (has('top n') || has('sort')) return { letter: 'τ' };
  if (has('limit')) return { letter: 'λ' };
  if (has('union') || has('append')) return { letter: '∪' };
  if (has('intersect')) return { letter: '∩' };
  if (has('except')) return { letter: '−' };
  return { path: 'plain' };
}

/** A verb in words: "nested-loop-join" as "nested loop join". */
export function verbWords(verb: string): string {
  return verb.replaceAll('-', ' ').replace('top n', 'top-n');
}

/** "▲×12": the estimate was twelve times too low. Nothing where it was nearly right. */
function badgeOf(error: EstimateError | null): string | null {
  if (!error || error.factor < 1.1) return null;
  return `${error.side === 'under' ? '▲' : '▼'}×${short(Number(error.factor.toPrecision(2)))}`;
}

export function contentOf(
  operator: Operator | undefined,
  numbers: string | null,
  density: Density = 'roomy',
  error: EstimateError | null = null,
  room: number = rooms[density].object,
): Content {
  const object = operator?.object ?? '';
  const badge = badgeOf(error);
  const dense = density === 'dense';
  // Where there is more room than usual, what is said stays the same when the badge comes.
  const kept = room > rooms[density].object ? (numbers ? longestBadge : 0) : badge ? badge.length + 1 : 0;
  return {
    symbol: operator ? symbolOf(operator) : { path: 'plain' },
    verb: verbWords(operator?.verb ?? 'unknown'),
    shown: cut(dense ? unqualified(object) : object, room - (dense ? kept : 0)),
    object,
    numbers,
    room,
    badge,
    density,
  };
}

/** Characters of an object that fit into `width` pixels from the star's centre, where that is worth while; no more than a line to read. */
export function charactersIn(width: number, density: Density): number {
  const usual = rooms[density].object;
  const fit = Math.floor((width - star.radius - star.gap) / mono);
  return fit < usual + longestBadge ? usual : Math.min(64, fit);
}

/** Whether the words of a dense node may be cut, now or when the estimate's error stands beside them. */
export function mayBeCut({ density, object }: Content): boolean {
  return density === 'dense' && object.length > rooms.dense.object - longestBadge;
}

export interface Extent {
  /** From the star's centre to the right edge of the words. */
  right: number;
  /** From the star's centre to the bottom of the words. */
  below: number;
}

export function extentOf(content: Content): Extent {
  const { density } = content;
  const dense = density === 'dense';
  // The run must find the room that it needs: an object that may be cut later is counted as long as it is before, and
  // where rows are estimated there will be a badge.
  const badge = dense && content.numbers ? longestBadge : 0;
  const long = dense ? unqualified(content.object) : content.object;
  const object = content.room > rooms[density].object ? content.shown.length + badge : Math.min(content.room, long.length + badge);
  const words = Math.max(
    content.verb.length * bold + (content.numbers ? 8 + Math.max(rooms[density].numbers, content.numbers.length) * small : 0),
    object * mono,
  );
  return { right: Math.ceil(star.radius + star.gap + words), below: wordsBelow };
}
