<?php
/** Runs the PrestaShop module against the few classes that it names: `php stubs.php FOLDER`, cookie and trouble as JSON on stdin; hooks, messages and log as JSON. */
define('_PS_VERSION_', '8.1.0');

class Module
{
    public $name;
    public $tab;
    public $version;
    public $author;
    public $need_instance;
    public $displayName;
    public $description;
    public $ps_versions_compliancy;
    public static $hooks = [];

    public function __construct()
    {
    }

    public function install()
    {
        return true;
    }

    public function registerHook($name)
    {
        self::$hooks[] = $name;
        return true;
    }
}

class Message
{
    public $message;
    public $id_order;
    public $private;
    public static $kept = [];
    public static $trouble = false;

    public function add()
    {
        if (self::$trouble) {
            throw new Exception('Property Message->message is not valid');
        }
        self::$kept[] = $this;
    }
}

class PrestaShopLogger
{
    public static $lines = [];

    public static function addLog($line, $severity)
    {
        self::$lines[] = $line;
    }
}

require $argv[1] . '/clickthreadcarry.php';
$given = json_decode(stream_get_contents(STDIN), true);
if (isset($given['cookie'])) {
    $_SERVER['HTTP_COOKIE'] = $given['cookie'];
}
Message::$trouble = !empty($given['trouble']);
$module = new ClickthreadCarry();
$module->install();
$module->hookActionValidateOrder(['order' => (object) ['id' => '1042']]);
echo json_encode(['hooks' => Module::$hooks, 'kept' => Message::$kept, 'log' => PrestaShopLogger::$lines]);
