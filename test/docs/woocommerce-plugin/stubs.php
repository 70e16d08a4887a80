<?php
/** Runs the WooCommerce plugin's hooks against the few functions of WordPress that it calls: `php stubs.php PLUGIN`, a request as JSON on stdin, what came of it as JSON. */

$given = json_decode(stream_get_contents(STDIN), true);
define('ABSPATH', '/');
foreach ($given['constants'] ?? [] as $name => $value) {
    define($name, $value);
}
if (isset($given['cookie'])) {
    $_SERVER['HTTP_COOKIE'] = $given['cookie'];
}
$hooks = [];
function add_action($hook, $callback, $priority = 10, $count = 1) {
    $GLOBALS['hooks'][$hook][] = [$callback, $count];
}
function run_hook($hook, ...$arguments) {
    foreach ($GLOBALS['hooks'][$hook] ?? [] as [$callback, $count]) {
        $callback(...array_slice($arguments, 0, $count));
    }
}
function attributes($attributes) {
    $text = '';
    foreach ($attributes as $name => $value) {
        $text .= $value === true ? " $name" : " $name=\"" . htmlspecialchars($value) . '"';
    }
    return $text;
}
function wp_print_script_tag($attributes) {
    echo '<script' . attributes($attributes) . '></script>';
}
function wp_print_inline_script_tag($script, $attributes = []) {
    echo '<script' . attributes($attributes) . ">$script</script>";
}
function wp_json_encode($value, $flags = 0) {
    return json_encode($value, $flags);
}
function wc_get_price_decimals() {
    return $GLOBALS['given']['decimals'] ?? 2;
}
function wc_get_order($id) {
    return $GLOBALS['order'];
}

/** Answers every getter by the field of that name. */
class Thing {
    public array $meta = [];
    public function __construct(private array $fields) {}
    public function __call($name, $arguments) {
        $value = $this->fields[substr($name, 4)] ?? '';
        if ($name === 'get_items') {
            return array_map(fn($line) => new Thing($line), $value);
        }
        return $name === 'get_product' && $value !== '' ? new Thing($value) : $value;
    }
    public function has_status($any) {
        return in_array($this->fields['status'], $any, true);
    }
    public function update_meta_data($key, $value) {
        $this->meta[$key] = $value;
    }
}
$order = new Thing($given['order'] ?? ['status' => 'processing']);

require $argv[1];

ob_start();
foreach ($given['hooks'] as $hook) {
    run_hook($hook, in_array($hook, ['wp_head', 'woocommerce_thankyou'], true) ? 1 : $order, []);
}
$printed = ob_get_clean();
fwrite(STDOUT, json_encode(['printed' => $printed, 'meta' => $order->meta === [] ? new stdClass() : $order->meta]));
