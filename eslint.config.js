import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

// Names, values and error texts are hostile: they reach the document as text, never as markup.
const markupSinks = 'innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|srcdoc';
const asText = 'Markup from strings is forbidden: set textContent or attributes.';
const noMarkup = [
  { selector: `MemberExpression[property.name=/^(${markupSinks})$/]`, message: asText },
  { selector: `MemberExpression > Literal.property[value=/^(${markupSinks})$/]`, message: asText },
  { selector: 'CallExpression[callee.object.name="document"][callee.property.name=/^writeln?$/]', message: asText },
  { selector: `SvelteAttribute[key.name=/^(${markupSinks})$/]`, message: asText },
  { selector: `SvelteDirective[key.name.name=/^(${markupSinks})$/]`, message: asText },
  {
    selector: 'SvelteAttribute[key.name="style"] > SvelteLiteral',
    message: 'The content security policy drops style attributes in markup: use a class, or a style: directive.',
  },
];

export default ts.config(
  { ignores: ['dist/', 'target/', 'node_modules/', 'artifacts/', '.tools/', 'www/src/engine/pkg*/', '**/*.gen.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs['flat/recommended'],
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-syntax': ['error', ...noMarkup],
      'svelte/no-at-html-tags': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // The compiler knows the names; it need not be told them twice.
    files: ['**/*.ts', '**/*.svelte'],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    files: ['scripts/**/*.mjs', '*.config.{js,ts}', 'tests/**/*.ts'],
    languageOptions: { globals: { ...globals.node } },
  },
);
