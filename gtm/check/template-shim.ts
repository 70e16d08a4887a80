/** Text of a browser script that runs the template's code in a real page, against the real window: for browser tests. */
import { parseTpl } from '../tpl.ts';

export interface ShimOptions {
  /** The whole template, as `tagTemplate` writes it. */
  tpl: string;
  /** Fields of the tag, as a person would fill them in. */
  data: Record<string, unknown>;
  /** Name of the page's data layer. Default `dataLayer`. */
  dataLayer?: string;
}

/** Stands in for Tag Manager's half. ES5, one argument: the name of the data layer. */
const RUNTIME = `function runTemplate(layerName, data, code) {
  var shim = window.gtmShim = window.gtmShim || { consent: {}, listeners: [], results: [], log: [] };
  shim.setConsent = function (type, granted) {
    shim.consent[type] = granted;
    shim.listeners.forEach(function (entry) { if (entry[0] === type) entry[1](type, granted); });
  };
  function at(path) {
    return path.split('.').reduce(function (value, key) { return value == null ? undefined : value[key]; }, window);
  }
  function merged(key, version) {
    var found;
    (window[layerName] || []).forEach(function (push) {
      var source = push && push[0] === 'event' ? { eventModel: push[2] } : push;
      if (!source || source[key] === undefined) return;
      found = version === 1 || typeof found !== 'object' || typeof source[key] !== 'object'
        ? source[key] : Object.assign({}, found, source[key]);
    });
    return found;
  }
  var loaded = shim.loaded = shim.loaded || {};
  var apis = {
    getType: function (value) { return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value; },
    makeString: String,
    logToConsole: function (message) { shim.log.push(message); },
    isConsentGranted: function (type) { return shim.consent[type] !== false; },
    addConsentListener: function (type, listener) { shim.listeners.push([type, listener]); },
    copyFromDataLayer: merged,
    createArgumentsQueue: function (fnKey, arrayKey) {
      var existing = at(fnKey);
      if (existing && typeof existing !== 'function') return null;
      var queue = existing || (window[fnKey] = function () { at(arrayKey).push(arguments); });
      if (!at(arrayKey)) queue[arrayKey.split('.')[1]] = [];
      return queue;
    },
    injectScript: function (url, onSuccess, onFailure, token) {
      var entry = token && loaded[token];
      if (entry) return entry.done ? onSuccess() : entry.script.addEventListener('load', onSuccess);
      var script = document.createElement('script');
      entry = loaded[token || url] = { script: script, done: false };
      script.async = true;
      script.addEventListener('load', function () { entry.done = true; onSuccess(); });
      script.addEventListener('error', onFailure);
      script.src = url;
      (document.head || document.documentElement).appendChild(script);
    }
  };
  data.gtmOnSuccess = function () { shim.results.push('success'); };
  data.gtmOnFailure = function () { shim.results.push('failure'); };
  code(data, function (name) {
    if (!apis[name]) throw new Error('the shim has no ' + name);
    return apis[name];
  });
}`;

/** JSON that may stand inside a script element. */
const inline = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/**
 * The script to put into a page. It runs one tag at once, like its trigger would.
 * The page can answer for consent with `gtmShim.setConsent('ad_storage', true)`, deny beforehand with
 * `window.gtmShim = { consent: { ad_storage: false }, listeners: [], results: [], log: [] }`,
 * and read `gtmShim.results` (`success`, `failure`) and `gtmShim.log`.
 */
export function templateShim({ tpl, data, dataLayer = 'dataLayer' }: ShimOptions): string {
  const code = parseTpl(tpl).get('SANDBOXED_JS_FOR_WEB_TEMPLATE') ?? '';
  return `(${RUNTIME})(${inline(dataLayer)}, ${inline(data)}, function (data, require) {\n${code}\n});`;
}
