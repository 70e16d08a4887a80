// An even flow from a process of its own, so that it does not stand in the way of what is timed: URL, route, seconds, requests a second.
import { flow } from './load.mjs';

const [url, route, seconds, rate] = process.argv.slice(2);
const { perSecond } = await flow({ url, route, seconds: Number(seconds), rate: Number(rate) });
process.stdout.write(`${perSecond}\n`);
