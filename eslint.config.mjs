import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'data/**', '**/*.tpl'] },
  {
    files: ['**/*.ts'],
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
    ignores: ['collector/main.ts', 'collector/cli/**', 'collector/lib/clock.ts', 'collector/writer.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take the clock as a parameter.' },
        { object: 'process', property: 'env', message: 'Configuration arrives from main.ts.' },
      ],
    },
  },
  {
    // The tag runs inside other people's pages: its one boundary is index.ts, the rest may ignore browser quirks with a comment.
    files: ['tag/**/*.ts'],
    rules: { 'no-empty': 'off', eqeqeq: 'off', 'no-nested-ternary': 'off' },
  },
);
