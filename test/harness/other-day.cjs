// Preloaded (`node --require`; `--import` passes threads by) into every process and thread of `npm run test:days`: the machine's date, moved by TEST_DATE_OFFSET milliseconds.
const { syncBuiltinESMExports } = require('node:module');
const vm = require('node:vm');

const offset = Number(process.env.TEST_DATE_OFFSET);
if (!Number.isSafeInteger(offset)) throw new Error('TEST_DATE_OFFSET must be a whole number of milliseconds.');

/** As source, because a window of jsdom has a `Date` of its own, into which a function of this realm would carry ours. */
const move = `(() => {
  const Machine = Date;
  const machineNow = Machine.now;
  const now = { now: () => machineNow() + ${offset} }.now;
  Object.defineProperty(Machine, 'now', { value: now, writable: true, configurable: true });
  globalThis.Date = new Proxy(Machine, {
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
    apply: () => new Machine(now()).toString(),
  });
  Object.defineProperty(Machine.prototype, 'constructor', { value: globalThis.Date, writable: true, configurable: true });
})()`;

(0, eval)(move);
/** For a browser, whose date is a matter of its own. */
module.exports = { move };

const { createContext } = vm;
vm.createContext = (given = {}, ...rest) => {
  // Whoever hands a clock in holds it.
  const own = typeof given === 'object' && Object.hasOwn(given, 'Date');
  const context = createContext(given, ...rest);
  if (!own) vm.runInContext(move, context);
  return context;
};
syncBuiltinESMExports();
