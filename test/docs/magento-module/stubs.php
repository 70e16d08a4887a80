<?php
/** Runs the Magento module's observer and plugin against the few classes that they name: `php stubs.php FOLDER`, a cookie as JSON on stdin, the order that the API shows as JSON. */
namespace Magento\Framework\Event {
    interface ObserverInterface
    {
        public function execute(Observer $observer): void;
    }

    class Observer
    {
        public function __construct(private object $event)
        {
        }

        public function getEvent(): object
        {
            return $this->event;
        }
    }
}

namespace Magento\Sales\Api\Data {
    interface OrderInterface
    {
    }

    interface OrderSearchResultInterface
    {
        public function getItems(): array;
    }
}

namespace Magento\Sales\Api {
    interface OrderRepositoryInterface
    {
    }
}

namespace {
    use Magento\Sales\Api\Data\OrderInterface;
    use Magento\Sales\Api\Data\OrderSearchResultInterface;
    use Magento\Sales\Api\OrderRepositoryInterface;

    class Bag
    {
        public function __construct(public array $data = [])
        {
        }

        public function getData(string $name): mixed
        {
            return $this->data[$name] ?? null;
        }

        public function setData(string $name, mixed $value): void
        {
            $this->data[$name] = $value;
        }
    }

    class Attributes
    {
        public ?string $ct_journey = null;

        public function setCtJourney(string $value): void
        {
            $this->ct_journey = $value;
        }
    }

    class Order extends Bag implements OrderInterface
    {
        public ?Attributes $attributes;

        public function __construct()
        {
            parent::__construct();
            $this->attributes = new Attributes();
        }

        public function getExtensionAttributes(): ?Attributes
        {
            return $this->attributes;
        }

        public function setExtensionAttributes(Attributes $attributes): void
        {
            $this->attributes = $attributes;
        }
    }

    require $argv[1] . '/Observer/KeepClick.php';
    require $argv[1] . '/Plugin/ShowClick.php';
    $given = json_decode(stream_get_contents(STDIN), true);
    if (isset($given['cookie'])) {
        $_SERVER['HTTP_COOKIE'] = $given['cookie'];
    }
    $order = new Order();
    (new Clickthread\Carry\Observer\KeepClick())->execute(new Magento\Framework\Event\Observer(new Bag(['order' => $order])));
    // What the database keeps is what is read again later.
    [$one, $listed] = [clone $order, clone $order];
    [$one->attributes, $listed->attributes] = [new Attributes(), new Attributes()];
    $repository = new class implements OrderRepositoryInterface {
    };
    $found = new class ([$listed]) implements OrderSearchResultInterface {
        public function __construct(private array $items)
        {
        }

        public function getItems(): array
        {
            return $this->items;
        }
    };
    $plugin = new Clickthread\Carry\Plugin\ShowClick();
    $plugin->afterGet($repository, $one);
    $plugin->afterGetList($repository, $found);
    echo json_encode(['kept' => $order->data, 'one' => $one->attributes, 'listed' => $listed->attributes]);
}
