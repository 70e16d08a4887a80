<?php declare(strict_types=1);

namespace ClickthreadCarry;

use Shopware\Core\Framework\Plugin;

/** What it does stands in KeepClick. */
class ClickthreadCarry extends Plugin
{
}
