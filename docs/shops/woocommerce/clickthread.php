<?php
/**
 * Plugin Name: Clickthread
 * Description: Puts the tag into every page, keeps the click with each order, and reports the order on the thank-you page, signed.
 * Requires at least: 5.7
 * Requires PHP: 7.4
 * License: MIT
 *
 * One file: copy it to wp-content/mu-plugins/clickthread.php, which WordPress loads by itself, and name in wp-config.php:
 *
 *   define('CLICKTHREAD_TAG', 'https://t.shop.example/t/shop.js'); // the address in the script tag that "clickthread init" prints
 *   define('CLICKTHREAD_ORDER_KEY', '…');                          // optional: of "clickthread key create SITE --order"
 *   define('CLICKTHREAD_ORDER_NUMBER', 'number');                  // optional: number or id, as orderNumber of the connection
 */

defined('ABSPATH') || exit;

/** The tag, first in the head: it reads the click from the address before anything rewrites it. */
function clickthread_print_tag(): void {
    if (defined('CLICKTHREAD_TAG') && CLICKTHREAD_TAG !== '') {
        wp_print_script_tag(['id' => 'clickthread-js', 'src' => CLICKTHREAD_TAG, 'async' => true]);
    }
}
add_action('wp_head', 'clickthread_print_tag', 1);

/**
 * The journey in the tag's cookie `_ct`, or an empty text. The header is read as it came: PHP's own reading of a cookie may turn a plus sign
 * into a blank, and WordPress adds slashes.
 */
function clickthread_journey(): string {
    $header = isset($_SERVER['HTTP_COOKIE']) ? (string) $_SERVER['HTTP_COOKIE'] : '';
    if (!preg_match('/(?:^|;\s*)_ct=([^;]*)/', $header, $found)) {
        return '';
    }
    $journey = rawurldecode(trim($found[1]));
    $touch = '\^[\w.-]{1,64}\^[\w.~:\/|!*@$&+=%()-]{1,512}\^[\da-z]{1,9}';
    return strlen($journey) <= 4096 && preg_match('/^1\^[\w-]{8,64}(?:' . $touch . ')*$/D', $journey) ? $journey : '';
}

/** Kept with the order, where the collector's WooCommerce source reads it. Shoppers don't see a meta that begins with an underscore. */
function clickthread_keep_click($order): void {
    $journey = clickthread_journey();
    if ($journey !== '' && is_object($order) && method_exists($order, 'update_meta_data')) {
        $order->update_meta_data('_ct_journey', $journey);
    }
}
// The classic checkout, then the one of blocks. WooCommerce saves the order after either.
add_action('woocommerce_checkout_create_order', 'clickthread_keep_click', 10, 1);
add_action('woocommerce_store_api_checkout_update_order_from_request', 'clickthread_keep_click', 10, 1);

/** An amount as a decimal text with a point, whatever the shop's own separators are. */
function clickthread_amount($amount, int $decimals): string {
    return number_format((float) $amount, $decimals, '.', '');
}

/** The order as the tag reports it. Amounts of lines, coupons and shipping are without tax; the total is what the shopper pays. */
function clickthread_order($order): array {
    $decimals = function_exists('wc_get_price_decimals') ? (int) wc_get_price_decimals() : 2;
    $id = defined('CLICKTHREAD_ORDER_NUMBER') && CLICKTHREAD_ORDER_NUMBER === 'id' ? $order->get_id() : $order->get_order_number();
    $items = [];
    foreach ($order->get_items() as $line) {
        $quantity = (float) $line->get_quantity();
        if ($quantity <= 0) {
            continue;
        }
        $product = $line->get_product();
        $sku = $product ? (string) $product->get_sku() : '';
        if ($sku === '') {
            $sku = (string) ($line->get_variation_id() ?: $line->get_product_id());
        }
        $off = (float) $line->get_subtotal() - (float) $line->get_total();
        $item = [
            'sku' => $sku,
            'name' => (string) $line->get_name(),
            'quantity' => $quantity,
            'price' => clickthread_amount((float) $line->get_subtotal() / $quantity, 6),
        ];
        if ($off > 0) {
            $item['discount'] = clickthread_amount($off / $quantity, 6);
        }
        $items[] = $item;
    }
    $report = [
        'orderId' => (string) $id,
        'total' => clickthread_amount($order->get_total(), $decimals),
        'currency' => (string) $order->get_currency(),
        // Bank transfers and the like are paid later: the shop's webhook says when.
        'status' => $order->has_status(['pending', 'on-hold']) ? 'pending' : 'approved',
        'shipping' => clickthread_amount($order->get_shipping_total(), $decimals),
        'tax' => clickthread_amount($order->get_total_tax(), $decimals),
        'coupons' => array_values($order->get_coupon_codes()),
        'items' => $items,
    ];
    if (defined('CLICKTHREAD_ORDER_KEY') && CLICKTHREAD_ORDER_KEY !== '') {
        $signed = $report['orderId'] . "\n" . $report['total'] . "\n" . $report['currency'];
        $report['signature'] = hash_hmac('sha256', $signed, CLICKTHREAD_ORDER_KEY);
    }
    return $report;
}

/** On the thank-you page, which WooCommerce shows to whoever has the order's own key. A failed or cancelled order is no sale. */
function clickthread_report_order($order_id): void {
    $order = $order_id ? wc_get_order($order_id) : false;
    if (!$order || $order->has_status(['failed', 'cancelled', 'refunded', 'checkout-draft', 'trash'])) {
        return;
    }
    $report = wp_json_encode(clickthread_order($order), JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT);
    if (!is_string($report)) {
        return;
    }
    $stub = 'window.clickthread=window.clickthread||function(){(clickthread.q=clickthread.q||[]).push(arguments)};';
    wp_print_inline_script_tag($stub . 'clickthread("conversion",' . $report . ')', ['id' => 'clickthread-order']);
}
add_action('woocommerce_thankyou', 'clickthread_report_order', 10, 1);
