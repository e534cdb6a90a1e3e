/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The colours of a theme, as linear light. */
function colours(css: string, selector: string): Map<string, number[]> {
  const start = css.indexOf('{', css.indexOf(selector));
  const block = css.slice(start, css.indexOf('}', start));
  const found = new Map<string, number[]>();
  for (const [, name = '', l, c, h] of block.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)) {
    found.set(name, linear(Number(l), Number(c), Number(h)));
  }
  return found;
}

/** OKLCH to linear sRGB, clipped to the gamut (Ottosson, 2020). */
function linear(L: number, C: number, h: number): number[] {
  const a = C * Math.cos((h * Math.PI) / 180);
  const b = C * Math.sin((h * Math.PI) / 180);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((value) => Math.min(1, Math.max(0, value)));
}

const luminance = ([r = 0, g = 0, b = 0]: number[]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: number[], b: number[]): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}


describe.each([
  ['dark', "[data-theme='dark']"],
  ['light', "[data-theme='light']"],
])('%s theme', (_, selector) => {
  const theme = colours(css, selector);
  const of = (name: string) => theme.get(name) ?? [];
  const grounds = ['sky', 'panel', 'raised'];

  test.each(['ink', 'soft', 'faint', 'amber', 'green', 'blue', 'violet', 'red', 'gold', 'orange'])('%s is readable as text', (name) => {
    for (const ground of grounds) expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
  test.each(['ink', 'soft', 'faint', 'gold'])('%s is readable where something is chosen or pointed at', (name) => {
    for (const ground of ['chosen', 'hover']) expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
  test.each(['edge', 'control', 'focus'])('%s is visible as a mark', (name) => {
    for (const ground of ['sky', 'panel']) expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(3);
  });
  test('words on the main button are readable', () => {
    expect(contrast(of('on-button'), of('button'))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(['sql-keyword', 'sql-string', 'sql-number', 'sql-comment'])('%s is readable', (name) => {
    for (const ground of ['panel', 'raised']) expect(contrast(of(name), of(ground))).toBeGreaterThanOrEqual(4.5);
  });
});
