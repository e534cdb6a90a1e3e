// Dragging with one pointer, pinching with two: what the pointers on a surface mean together.

export interface Gesture {
  dx: number;
  dy: number;
  /** Factor by which two pointers have moved apart. */
  zoom: number;
}

/** Movement below this many pixels is a click. */
const slack = 3;

export class Gestures {
  readonly #pointers = new Map<number, { x: number; y: number; dragging: boolean }>();

  down(event: PointerEvent): void {
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, dragging: false });
  }

  up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
  }

  /** What this movement adds; null while it may still become a click. */
  move(event: PointerEvent, surface: Element): Gesture | null {
    const old = this.#pointers.get(event.pointerId);
    if (!old) return null;
    const [dx, dy] = [event.clientX - old.x, event.clientY - old.y];
    if (!old.dragging) {
      if (Math.hypot(dx, dy) <= slack) return null;
      surface.setPointerCapture(event.pointerId);
    }
    const before = this.#spread();
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, dragging: true });
    const after = this.#spread();
    const share = 1 / this.#pointers.size;
    return { dx: dx * share, dy: dy * share, zoom: before > 0 && after > 0 ? after / before : 1 };
  }

  #spread(): number {
    const [a, b] = [...this.#pointers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  }
}
