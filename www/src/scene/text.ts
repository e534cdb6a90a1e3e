// A drawing as text, for golden tests: one line a node, edge and trail, in a fixed order.
import type { Drawing } from './between.ts';

const round = (value: number) => Math.round(value * 10) / 10;

export function drawingText({ nodes, edges, trails }: Drawing): string {
  const lines = nodes.map((node) => {
    const marks = [
      node.strength > 0 ? `${node.fate}${node.strength < 1 ? ` ${round(node.strength)}` : ''}` : '',
      node.matched > 0 ? `matched${node.letter ? ` ${node.letter}` : ''}${node.matched < 1 ? ` ${round(node.matched)}` : ''}` : '',
      node.opacity < 1 ? `opacity ${round(node.opacity)}` : '',
    ].filter(Boolean);
    const numbers = node.content.numbers ? ` | ${node.content.numbers}` : '';
    return `node ${node.key} (${round(node.x)}, ${round(node.y)}) ${node.content.verb} ${node.content.object}${numbers}${marks.length > 0 ? ` [${marks.join('; ')}]` : ''}`;
  });
  lines.push(
    ...edges.map(({ key, path, width, opacity }) => `edge ${key} ${path} width ${round(width)}${opacity < 1 ? ` opacity ${round(opacity)}` : ''}`),
    ...trails.map(({ key, kind, x1, y1, x2, y2 }) => `trail ${key} ${kind} (${round(x1)}, ${round(y1)}) to (${round(x2)}, ${round(y2)})`),
  );
  return lines.join('\n');
}
