/** The Custom JavaScript variables that read an order as CS-Cart's thank-you page emits it. Text that runs in the page, ES5. */

export interface CsCartVariable {
  /** Name of the data layer in the page. */
  dataLayer: string;
  /** Tag Manager variable that holds the shop's primary currency. */
  currencyVariable: string;
}

/**
 * All orders of the page, each once, as GA4 objects.
 * - gtag keeps its calls as Arguments in the data layer, one for each order of a Multi-Vendor checkout;
 * - `order_info` is a global with the last of them, there even without gtag;
 * - `value` is in the primary currency while `currency` names the shopper's display currency, hence the override;
 * - sites with a Universal Analytics property get `id`, `name`, `category` for the items, which the template reads too.
 */
export function csCartOrders({ dataLayer, currencyVariable }: CsCartVariable): string {
  return `function () {
  var currency = {{${currencyVariable}}};
  var orders = [];
  var seen = {};
  function add(info) {
    var id = info && typeof info === 'object' && info.transaction_id;
    if ((!id && id !== 0) || seen['#' + id]) return;
    seen['#' + id] = true;
    var order = {};
    for (var key in info) order[key] = info[key];
    order.currency = currency;
    orders.push(order);
  }
  try {
    var layer = window[${JSON.stringify(dataLayer)}] || [];
    for (var i = 0; i < layer.length; i++) {
      if (layer[i] && layer[i][0] === 'event' && layer[i][1] === 'purchase') add(layer[i][2]);
    }
    add(window.order_info);
  } catch (ignored) {
    // A page that breaks here has nothing to report.
  }
  return orders;
}`;
}

/** How many orders the page shows, for a trigger: a list can't be compared with anything. */
export function csCartOrderCount(ordersVariable: string): string {
  return `function () {
  var orders = {{${ordersVariable}}};
  return orders ? orders.length : 0;
}`;
}
