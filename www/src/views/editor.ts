// The SQL editor: CodeMirror in a shadow root, whose style sheets are adopted and so pass the security policy.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { sql, type SQLNamespace } from '@codemirror/lang-sql';
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, type DecorationSet } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Failure, Span, TableSchema } from '../engine/types.gen.ts';
import { dialect } from './dialect.ts';

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--sql-keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--sql-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--sql-number)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--sql-comment)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--sql-keyword)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'transparent', color: 'var(--ink)', fontSize: '12.5px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 12px 0 6px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 4px 0 10px', minWidth: '28px' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--raised) 55%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--focus) 32%, transparent)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--hover)', outline: '1px solid var(--control)' },
  '.cm-lit': { backgroundColor: 'var(--chosen)', boxShadow: 'inset 0 -2px var(--focus)' },
  '.cm-wrong': { textDecoration: 'underline wavy var(--red)', textUnderlineOffset: '3px' },
  '.cm-tooltip': { backgroundColor: 'var(--panel)', color: 'var(--ink)', border: '1px solid var(--control)', borderRadius: '4px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '12px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--chosen)', color: 'var(--ink)' },
  '.cm-completionDetail': { color: 'var(--faint)', fontStyle: 'normal' },
});

/** Marks one place of the text at a time; the mark moves with the text around it. */
function marker(look: string) {
  const mark = StateEffect.define<{ span: Span; title?: string } | null>();
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(marks, change) {
      let next = marks.map(change.changes);
      for (const effect of change.effects) {
        if (!effect.is(mark)) continue;
        const { span, title } = effect.value ?? {};
        const end = Math.min(span?.end ?? 0, change.state.doc.length);
        const spec = { class: look, ...(title === undefined ? {} : { attributes: { title } }) };
        next = span && span.start < end ? Decoration.set([Decoration.mark(spec).range(span.start, end)]) : Decoration.none;
      }
      return next;
    },
    provide: (self) => EditorView.decorations.from(self),
  });
  return { mark, field };
}
/** The text that the selected node was read from. */
const lit = marker('cm-lit');
/** The place of a failure. */
const wrong = marker('cm-wrong');

function namespace(schema: TableSchema[]): SQLNamespace {
  return Object.fromEntries(
    schema.map(({ name, columns }) => [
      name,
      columns.map((column) => ({ label: column.name, detail: column.type.toLowerCase(), type: 'property' })),
    ]),
  );
}

/**
 * Typing over a selection, done here: the browser, left to itself, keeps the look of the replaced text in style
 * attributes, which the security policy blocks with an error.
 */
function typeOver(event: InputEvent, view: EditorView): boolean {
  const { main } = view.state.selection;
  const text = event.data;
  if (event.inputType !== 'insertText' || text === null || main.empty || view.composing) return false;
  const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
  const handlers = view.state.facet(EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, main.from, main.to, text, insert))) view.dispatch(insert());
  return true;
}

/** Completions that were asked for just before the focus went must not open over the page. */
function leave(_event: FocusEvent, view: EditorView): void {
  setTimeout(() => closeCompletion(view));
}

const language = (schema: TableSchema[]) =>
  sql({ dialect, schema: namespace(schema), upperCaseKeywords: false });

export interface EditorOptions {
  host: HTMLElement;
  text: string;
  onchange: (text: string) => void;
  onrun: () => void;
  onstep: (by: number) => void;
}

export class SqlEditor {
  readonly #view: EditorView;
  readonly #language = new Compartment();

  constructor({ host, text, onchange, onrun, onstep }: EditorOptions) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const parent = document.createElement('div');
    // The shadow root has no style sheet of ours; this one box is sized through the object model.
    parent.style.setProperty('height', '100%');
    root.append(parent);
    const run = (action: () => void) => (view: EditorView) => {
      closeCompletion(view);
      action();
      return true;
    };
    this.#view = new EditorView({
      root,
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          keymap.of([
            { key: 'Mod-Enter', run: run(onrun), preventDefault: true },
            { key: 'Mod-Shift-Enter', run: run(() => onstep(1)), preventDefault: true },
            { key: 'Alt-.', run: run(() => onstep(1)), preventDefault: true },
            { key: 'Alt-,', run: run(() => onstep(-1)), preventDefault: true },
            { key: 'Tab', run: acceptCompletion },
          ]),
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          this.#language.of(language([])),
          syntaxHighlighting(colours),
          look,
          lit.field,
          wrong.field,
          EditorView.domEventHandlers({ beforeinput: typeOver, blur: leave }),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'SQL statement', spellcheck: 'false', tabindex: '0' }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onchange(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  /** Replaces the text when it is another. */
  write(text: string): void {
    const { doc } = this.#view.state;
    if (doc.toString() === text) return;
    this.#view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
  }

  catalogue(schema: TableSchema[]): void {
    this.#view.dispatch({ effects: this.#language.reconfigure(language(schema)) });
  }

  /** Underlines the place of a failure; null clears it. */
  fail(failure: Failure | null): void {
    const { length } = this.#view.state.doc;
    const span = failure?.span;
    if (!span) {
      this.#view.dispatch({ effects: wrong.mark.of(null) });
      return;
    }
    // Where nothing stands, as at the end, what stands before is underlined.
    const start = Math.max(0, Math.min(span.start, span.end - 1, length - 1));
    const place = { span: { start, end: Math.max(span.end, start + 1) }, title: `${failure.code} ${failure.message}` };
    this.#view.dispatch({ effects: wrong.mark.of(place) });
  }

  /** Lights the text that the selected node was read from. */
  light(span: Span | null): void {
    this.#view.dispatch({ effects: lit.mark.of(span && { span }) });
  }

  focus(offset?: number): void {
    this.#view.focus();
    if (offset === undefined) return;
    const at = Math.min(offset, this.#view.state.doc.length);
    this.#view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  }

  blur(): void {
    this.#view.contentDOM.blur();
  }

  destroy(): void {
    this.#view.destroy();
  }
}
