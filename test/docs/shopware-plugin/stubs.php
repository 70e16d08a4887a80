<?php
/** Runs the Shopware plugin's subscriber against the few classes that it names: `php stubs.php FOLDER`, an order as JSON on stdin, the kept one as JSON. */
namespace Symfony\Component\EventDispatcher {
    interface EventSubscriberInterface
    {
        public static function getSubscribedEvents(): array;
    }
}

namespace Shopware\Core\Checkout\Cart\Order {
    class CartConvertedEvent
    {
        public function __construct(private array $order)
        {
        }

        public function getConvertedCart(): array
        {
            return $this->order;
        }

        public function setConvertedCart(array $order): void
        {
            $this->order = $order;
        }
    }
}

namespace {
    use Shopware\Core\Checkout\Cart\Order\CartConvertedEvent;

    require $argv[1] . '/src/KeepClick.php';
    $given = json_decode(stream_get_contents(STDIN), true);
    if (isset($given['cookie'])) {
        $_SERVER['HTTP_COOKIE'] = $given['cookie'];
    }
    $event = new CartConvertedEvent($given['order']);
    $handler = ClickthreadCarry\KeepClick::getSubscribedEvents()[CartConvertedEvent::class];
    (new ClickthreadCarry\KeepClick())->$handler($event);
    echo json_encode($event->getConvertedCart());
}
