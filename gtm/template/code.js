/** The sandboxed body of the tag template. ES5 with const, let and arrows only: Tag Manager's compiler refuses more. */
const addConsentListener = require('addConsentListener');
const copyFromDataLayer = require('copyFromDataLayer');
const createArgumentsQueue = require('createArgumentsQueue');
const getType = require('getType');
const injectScript = require('injectScript');
const isConsentGranted = require('isConsentGranted');
const logToConsole = require('logToConsole');
const makeString = require('makeString');

const CONSENT_TYPE = 'ad_storage';

const say = (message) => {
  if (data.debug) logToConsole('Clickthread: ' + message);
};

const isGiven = (value) => value !== undefined && value !== null && value !== '';

const text = (value) => (isGiven(value) ? makeString(value).trim() : undefined);

/** Sets what is given and leaves out what is not, so that 0 stays and an absent field does not become "undefined". */
const put = (target, key, value) => {
  if (isGiven(value)) target[key] = value;
};

/** "1.234,56 €", "1,234.56" and 1234.56 all mean 1234.56. A lone comma before exactly three digits groups thousands. */
const amount = (value) => {
  if (getType(value) === 'number') return value;
  const raw = text(value);
  if (!raw) return undefined;
  const kept = raw
    .split('')
    .filter((sign) => '0123456789.,-'.indexOf(sign) !== -1)
    .join('');
  const dot = kept.lastIndexOf('.');
  const comma = kept.lastIndexOf(',');
  const mark = dot > comma ? dot : comma;
  const repeated = kept.indexOf(kept.charAt(mark)) !== mark;
  const thousands = comma !== -1 && kept.length - mark === 4 && kept.charAt(0) !== '0';
  const grouped = (dot === -1 || comma === -1) && (repeated || thousands);
  if (mark === -1 || grouped) return kept.split('.').join('').split(',').join('');
  const whole = kept.substring(0, mark).split('.').join('').split(',').join('');
  return whole + '.' + kept.substring(mark + 1);
};

const list = (value) => {
  if (getType(value) === 'array') return value;
  const given = text(value);
  return given ? given.split(',') : [];
};

/** A GA4 price is already net of the item's discount, so the discount is not passed on: it would be taken off twice. */
const toItem = (item) => {
  const result = {};
  const ids = [item.item_id, item.sku, item.id, item.item_name, item.name].filter(isGiven);
  put(result, 'sku', text(ids[0]));
  put(result, 'name', text(item.item_name || item.name));
  put(result, 'category', text(item.item_category || item.category));
  result.quantity = isGiven(item.quantity) ? item.quantity : 1;
  put(result, 'price', amount(item.price));
  return result;
};

/** An order of the data layer (GA4 names) or one that already speaks our names. */
const toOrder = (source) => {
  if (isGiven(source.orderId)) return source;
  const order = {};
  put(order, 'orderId', text(source.transaction_id));
  put(order, 'total', amount(source.value));
  put(order, 'currency', text(source.currency));
  put(order, 'tax', amount(source.tax));
  put(order, 'shipping', amount(source.shipping));
  const coupons = list(source.coupon)
    .map(text)
    .filter((coupon) => !!coupon);
  if (coupons.length) order.coupons = coupons;
  const items = list(source.items).filter((item) => getType(item) === 'object');
  if (items.length) order.items = items.map(toItem);
  return order;
};

/** Version 1 reads the newest push alone; version 2 merges pushes, where items of an older, longer list would survive. */
const fromDataLayer = () =>
  [copyFromDataLayer('ecommerce', 1), copyFromDataLayer('ecommerce', 2), copyFromDataLayer('eventModel', 2)]
    .filter((found) => getType(found) === 'object' && isGiven(found.transaction_id))
    .slice(0, 1);

const fromFields = () => [
  {
    transaction_id: data.orderId,
    value: data.total,
    tax: data.tax,
    shipping: data.shipping,
    coupon: data.coupon,
    items: data.items,
  },
];

const found = () => {
  if (data.orderSource === 'fields') return fromFields();
  if (data.orderSource !== 'variable') return fromDataLayer();
  return getType(data.order) === 'array' ? data.order : [data.order];
};

const readOrders = () =>
  found()
    .filter((source) => getType(source) === 'object')
    .map(toOrder)
    .filter((order) => isGiven(order.orderId))
    .map((order) => {
      if (!isGiven(order.currency)) put(order, 'currency', text(data.currency));
      if (order.currency) order.currency = makeString(order.currency).toUpperCase();
      const customer = order.customer || {};
      put(customer, 'email', text(data.email));
      put(customer, 'id', text(data.customerId));
      if (customer.email || customer.id) order.customer = customer;
      return order;
    });

const collector = text(data.collector) || '';
const address =
  (collector.charAt(collector.length - 1) === '/' ? collector.substring(0, collector.length - 1) : collector) +
  '/' +
  text(data.siteId) +
  '.js';

const start = (orders, succeed, fail) => {
  const clickthread = createArgumentsQueue('clickthread', 'clickthread.q');
  if (!clickthread) {
    say('window.clickthread belongs to something else on this page.');
    fail();
    return;
  }
  if (data.debug) clickthread('debug', true);
  orders.forEach((order) => {
    say('reports order ' + order.orderId + '.');
    clickthread('conversion', order);
  });
  injectScript(
    address,
    succeed,
    () => {
      say('could not load ' + address + '. Is the address right, and is it in the permissions of this template?');
      fail();
    },
    address
  );
};

const orders = data.action === 'conversion' ? readOrders() : [];

if (data.action === 'conversion' && !orders.length) {
  say('found no order id, so nothing is reported.');
  data.gtmOnFailure();
} else if (data.waitForConsent && !isConsentGranted(CONSENT_TYPE)) {
  let started = false;
  addConsentListener(CONSENT_TYPE, (consentType, granted) => {
    if (!granted || started) return;
    started = true;
    start(
      orders,
      () => {},
      () => {}
    );
  });
  say('waits for ' + CONSENT_TYPE + '.');
  // Waiting is not a failure, and a tag that never answers would hold up every tag sequenced after it.
  data.gtmOnSuccess();
} else {
  start(orders, data.gtmOnSuccess, data.gtmOnFailure);
}
