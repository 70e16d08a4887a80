<?php

if (!defined('_PS_VERSION_')) {
    exit;
}

/** Keeps the journey of the tag's cookie `_ct` in a private message of each order, where the collector's PrestaShop source reads it. */
class ClickthreadCarry extends Module
{
    /** A message of PrestaShop holds no more. */
    const LONGEST = 1600;

    public function __construct()
    {
        $this->name = 'clickthreadcarry';
        $this->tab = 'analytics_stats';
        $this->version = '1.0.0';
        $this->author = 'Clickthread';
        $this->need_instance = 0;
        parent::__construct();
        $this->displayName = 'Clickthread: the click with the order';
        $this->description = 'Keeps the click that led to an order in a private message of it.';
        $this->ps_versions_compliancy = ['min' => '1.7.0.0', 'max' => _PS_VERSION_];
    }

    public function install()
    {
        return parent::install() && $this->registerHook('actionValidateOrder');
    }

    public function hookActionValidateOrder($params)
    {
        $text = $this->kept();
        if ($text === '') {
            return;
        }
        $message = new Message();
        $message->message = $text;
        $message->id_order = (int) $params['order']->id;
        $message->private = 1;
        // An order is worth more than its click: what fails here fails alone.
        try {
            $message->add();
        } catch (Exception $error) {
            PrestaShopLogger::addLog('clickthreadcarry: ' . $error->getMessage(), 2);
        }
    }

    /** The journey; or, where it is too long for a message, whose it is. The header is read as it came: PHP may turn a plus sign into a blank. */
    private function kept()
    {
        $header = isset($_SERVER['HTTP_COOKIE']) ? (string) $_SERVER['HTTP_COOKIE'] : '';
        if (!preg_match('/(?:^|;\s*)_ct=([^;]*)/', $header, $found)) {
            return '';
        }
        $journey = rawurldecode(trim($found[1]));
        $touch = '\^[\w.-]{1,64}\^[\w.~:\/|!*@$&+=%()-]{1,512}\^[\da-z]{1,9}';
        if (strlen($journey) > 4096 || !preg_match('/^1\^([\w-]{8,64})(?:' . $touch . ')*$/D', $journey, $parts)) {
            return '';
        }
        $text = 'ct_journey=' . $journey;
        return strlen($text) <= self::LONGEST ? $text : 'ct_visitor=' . $parts[1];
    }
}
