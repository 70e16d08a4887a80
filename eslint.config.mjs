import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', '**/node_modules/**', 'coverage/**', 'data/**', '**/*.tpl'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-nested-ternary': 'error',
      'max-params': ['error', 4],
      'no-else-return': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  {
    // Rule 6 of the house style: the clock and the environment arrive from main.ts.
    files: ['collector/**/*.ts'],
    ignores: ['collector/main.ts', 'collector/lib/clock.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take the clock as a parameter.' },
        { object: 'process', property: 'env', message: 'Configuration arrives from main.ts.' },
      ],
    },
  },
  {
    // The machine's clock is read where a process or a thread begins; whoever else needs the time is handed a clock.
    files: ['collector/**/*.ts', 'sandbox/**/*.ts'],
    ignores: ['collector/main.ts', 'collector/writer/thread.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/clock.ts'], importNames: ['systemClock'], message: 'Take the clock as a parameter.' },
          ],
        },
      ],
    },
  },
  {
    // A test that holds an invented time and reads the machine's as well expires. The built collector's tests live in the present.
    files: ['test/collector/**/*.ts', 'test/sandbox/**/*.ts', 'test/gtm/**/*.ts', 'test/docs/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: "Take the test's clock." }],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/clock.ts'], importNames: ['systemClock'], message: "Take the test's clock." }] },
      ],
    },
  },
  {
    // The tag runs inside other people's pages: its one boundary is index.ts, the rest may ignore browser quirks with a comment.
    files: ['tag/**/*.ts', 'wire/{journey,handover,fingerprint}.ts'],
    rules: { 'no-empty': 'off', eqeqeq: 'off', 'no-nested-ternary': 'off' },
  },
);
