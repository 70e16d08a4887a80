// Preloaded (`node --require`; `--import` passes threads by) into every process and thread of a collector whose time only its test moves: it is what the file TEST_CLOCK says.
const { readFileSync } = require('node:fs');

const file = process.env.TEST_CLOCK;
const Machine = Date;
/** Milliseconds of the machine's until the file is read again. */
const FRESH = 2;
let at = Number(readFileSync(file, 'utf8'));
let readAt = -Infinity;

Machine.now = () => {
  if (performance.now() - readAt > FRESH) {
    // Half a file says nothing.
    at = Number(readFileSync(file, 'utf8')) || at;
    readAt = performance.now();
  }
  return at;
};
globalThis.Date = new Proxy(Machine, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [Machine.now()] : args, made),
  apply: () => new Machine(Machine.now()).toString(),
});
Object.defineProperty(Machine.prototype, 'constructor', { value: globalThis.Date, writable: true, configurable: true });

/** Whoever looks each second what is due would find it as late where an hour takes a moment. */
const machineInterval = setInterval;
globalThis.setInterval = (work, every, ...more) => machineInterval(work, every === 1000 ? 50 : every, ...more);
