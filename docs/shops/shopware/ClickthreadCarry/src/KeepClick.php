<?php declare(strict_types=1);

namespace ClickthreadCarry;

use Shopware\Core\Checkout\Cart\Order\CartConvertedEvent;
use Symfony\Component\EventDispatcher\EventSubscriberInterface;

/** Puts the journey of the tag's cookie `_ct` into the custom field that the collector's Shopware source reads, when a cart becomes an order. */
class KeepClick implements EventSubscriberInterface
{
    public static function getSubscribedEvents(): array
    {
        return [CartConvertedEvent::class => 'keep'];
    }

    public function keep(CartConvertedEvent $event): void
    {
        $journey = $this->journey();
        if ($journey === '') {
            return;
        }
        $order = $event->getConvertedCart();
        $order['customFields'] = array_merge($order['customFields'] ?? [], ['ct_journey' => $journey]);
        $event->setConvertedCart($order);
    }

    /** The header is read as it came: PHP's own reading of a cookie may turn a plus sign into a blank. */
    private function journey(): string
    {
        $header = isset($_SERVER['HTTP_COOKIE']) ? (string) $_SERVER['HTTP_COOKIE'] : '';
        if (!preg_match('/(?:^|;\s*)_ct=([^;]*)/', $header, $found)) {
            return '';
        }
        $journey = rawurldecode(trim($found[1]));
        $touch = '\^[\w.-]{1,64}\^[\w.~:\/|!*@$&+=%()-]{1,512}\^[\da-z]{1,9}';
        return strlen($journey) <= 4096 && preg_match('/^1\^[\w-]{8,64}(?:' . $touch . ')*$/D', $journey) ? $journey : '';
    }
}
