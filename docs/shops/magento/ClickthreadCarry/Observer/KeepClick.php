<?php declare(strict_types=1);

namespace Clickthread\Carry\Observer;

use Magento\Framework\Event\Observer;
use Magento\Framework\Event\ObserverInterface;

/** Keeps the journey of the tag's cookie `_ct` with the order, when a quote becomes one. */
class KeepClick implements ObserverInterface
{
    public function execute(Observer $observer): void
    {
        $journey = $this->journey();
        if ($journey !== '') {
            $observer->getEvent()->getData('order')->setData('ct_journey', $journey);
        }
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
