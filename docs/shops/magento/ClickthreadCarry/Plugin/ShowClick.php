<?php declare(strict_types=1);

namespace Clickthread\Carry\Plugin;

use Magento\Sales\Api\Data\OrderInterface;
use Magento\Sales\Api\Data\OrderSearchResultInterface;
use Magento\Sales\Api\OrderRepositoryInterface;

/** Shows what was kept to whoever may read orders through the API. */
class ShowClick
{
    public function afterGet(OrderRepositoryInterface $repository, OrderInterface $order): OrderInterface
    {
        $journey = $order->getData('ct_journey');
        $attributes = $order->getExtensionAttributes();
        if (is_string($journey) && $journey !== '' && $attributes !== null) {
            $attributes->setCtJourney($journey);
            $order->setExtensionAttributes($attributes);
        }
        return $order;
    }

    public function afterGetList(OrderRepositoryInterface $repository, OrderSearchResultInterface $found): OrderSearchResultInterface
    {
        foreach ($found->getItems() as $order) {
            $this->afterGet($repository, $order);
        }
        return $found;
    }
}
