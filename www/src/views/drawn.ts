// What stands in the document of the drawn plan, as text: for tests that compare the state at a step from both sides.

/** One line for each node, edge and trail that is drawn, read from the elements themselves. */
export function drawn(root: ParentNode = document): string {
  const svg = root.querySelector('svg[data-step]');
  if (!svg) return '';
  const read = (element: Element, names: string[]) =>
    names.map((name) => element.getAttribute(name)).filter((value) => value !== null).join(' | ');
  const lines = [...svg.querySelectorAll('[data-track]')].map((node) => {
    const words = [...node.querySelectorAll('text')].map((text) => text.textContent).join(' · ');
    const marks = [...node.querySelectorAll('g[opacity]')].map((mark) => read(mark, ['class', 'opacity'])).join(' ; ');
    return `node ${read(node, ['data-track', 'transform', 'opacity', 'data-fate', 'data-matched', 'class'])} ${words} ${marks}`;
  });
  lines.push(...[...svg.querySelectorAll('[data-edge]')].map((edge) => `edge ${read(edge, ['data-edge', 'd', 'stroke-width', 'opacity', 'class'])}`));
  lines.push(...[...svg.querySelectorAll('line')].map((trail) => `trail ${read(trail, ['class', 'x1', 'y1', 'x2', 'y2', 'opacity'])}`));
  const view = svg.querySelector('g[transform]')?.getAttribute('transform') ?? '';
  return `step ${svg.getAttribute('data-step')} ${view}\n${lines.sort().join('\n')}`;
}

declare global {
  interface Window {
    /** Reads the drawn plan; the tests' only door into the page. */
    planarium?: { drawn: () => string };
  }
}
