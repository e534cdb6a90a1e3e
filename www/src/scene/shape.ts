// How large a node is drawn and what stands in it: a star with the algebra's symbol, a verb with its numbers,
// and the object. Widths come from the characters, so that geometry needs no document.
import type { Operator } from '../engine/types.gen.ts';

/** The symbol in a node's star: a letter of the algebra, or the name of a path that is drawn. */
export type Symbol =
  | { letter: string }
  | { path: 'join' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'cross' | 'table' | 'plain' };

export interface Content {
  symbol: Symbol;
  verb: string;
  /** The object, broken into lines. */
  lines: string[];
  /** The object in full. */
  object: string;
  numbers: string | null;
}

export const star = { radius: 11, gap: 8 };
const mono = 7.25;
const sans = 7.3;
const line = { verb: 17, object: 15 };
const widest = 40;
/** Room kept for numbers, so that counted rows take the place of estimates without moving anything. */
const numbersRoom = 27;
const small = 6.65;

/** Breaks `text` into at most `most` lines of about `width` characters, at spaces; what is left over becomes "…". */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest.length > 0 && lines.length < most) {
    if (rest.length <= width) {
      lines.push(rest);
      rest = '';
      break;
    }
    const room = rest.slice(0, width + 1);
    const and = room.lastIndexOf(' and ');
    const space = room.lastIndexOf(' ');
    const at = and > width * 0.7 ? and : space > width / 3 ? space : width;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  const last = lines.pop();
  if (last === undefined) return [];
  lines.push(rest.length > 0 ? `${last.slice(0, width - 1)}…` : last);
  return lines;
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
  if (has('top')) return { letter: 'τ' };
  if (has('sort')) return { letter: 'τ' };
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

export function contentOf(operator: Operator | undefined, numbers: string | null): Content {
  const verb = verbWords(operator?.verb ?? 'unknown');
  const object = operator?.object ?? '';
  return {
    symbol: operator ? symbolOf(operator) : { path: 'plain' },
    verb,
    lines: wrap(object, widest, 1),
    object,
    numbers,
  };
}

export interface Extent {
  /** From the star's centre to the right edge of the words. */
  right: number;
  /** From the star's centre to the bottom of the words. */
  below: number;
}

export function extentOf(content: Content): Extent {
  const words = Math.max(
    content.verb.length * sans + (content.numbers ? Math.max(numbersRoom, content.numbers.length) * small : 0),
    ...content.lines.map((text) => text.length * mono),
  );
  const below = -star.radius + line.verb + Math.max(1, content.lines.length) * line.object + 8;
  return {
    right: Math.ceil(star.radius + star.gap + words),
    below: Math.max(star.radius, below),
  };
}
