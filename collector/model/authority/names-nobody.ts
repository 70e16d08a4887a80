/** Words that templates and shops write where they know no customer: they name nobody, and must never make strangers one person. Pure. */

/** https://github.com/PostHog/posthog/issues/12008 and the lists of refused ids that other products keep; then guests, strangers and nothing by language. */
const NOBODY = new Set(
  [
    '0|null|nil|none|undefined|nan|n/a|n.a.|n\\a|#n/a|na|no|not|false|true|void|empty|blank|unknown|unset|not set',
    'not available|missing',
    'default|dummy|sample|infinity|[object object]|id|user|userid|user id|customer|customerid|customer id|client',
    'visitor|member|account|email|e-mail|name',
    'guest|guests|guest user|guestuser|guest checkout|guestcheckout|anonymous|anon|nobody|no one|noone|nouser',
    'no user|nocustomer|noid|distinct id|distinctid',
    'not logged in|notloggedin|logged out|loggedout|not registered|unregistered|public|test|noemail|noreply|reply',
    'donotreply|do not reply|example|someone',
    'nologin|no login|notset|uid|temp|tmp|placeholder|nomail|no mail|no email|without account|new customer|your',
    'somebody|walk in|walk in customer|walkin|retail customer|web customer|pos|cash',
    'gast|gaste|gastkunde|gastbesteller|gastbestellung|kunde|besucher|anonym|unbekannt|kein|keine|keiner',
    'nicht angemeldet|nicht registriert|laufkunde|laufkundschaft|barverkauf|barkunde|klant|bezoeker|anoniem|onbekend|geen',
    'gæst|gäst|gjest|kund|besøgende|besökare|besøkende|ukendt|ukjent|okänd|ingen|vieras|tuntematon|asiakas|gestur',
    'külaline|viesis|svečias|nezināms|nežinomas',
    'invité|invitée|visiteur|anonyme|inconnu|inconnue|aucun|non connecté|passager|client passager|client de passage|cliente|invitado|huésped|visitante',
    'anónimo|desconocido|ninguno|convidado|hóspede|desconhecido|nenhum',
    'ospite|visitatore|anonimo|sconosciuto|nessuno|oaspete|musafir|vizitator|necunoscut|niciunul|convidat',
    'gonbidatua',
    'gość|niezalogowany|neregistrovaný|nezaregistrovaný|nieznany|brak|klient|host|hosť|návštěvník|návštevník|zákazník|neznámý|neznámy|žádný|gost',
    'posjetitelj|nepoznat|nepoznato|kupac|vendég|látogató|ismeretlen|nincs',
    'гость|гост|гість|посетитель|посетител|відвідувач|аноним|анонім|анонимен|неизвестный|неизвестно|неизвестен',
    'невідомий|нет|няма|немає|клиент|клієнт',
    'επισκέπτης|φιλοξενούμενος|ανώνυμος|άγνωστος|πελάτης|κανένας|misafir|ziyaretçi|anonim|bilinmiyor|bilinmeyen',
    'müşteri|yok|qonaq|i ftuar|vizitor',
    'אורח|אורחת|אלמוני|ضيف|زائر|مجهول|غير معروف|مهمان|ناشناس|अतिथि|मेहमान|অতিথি|விருந்தினர்|అతిథి|ผู้เยี่ยมชม|แขก',
    'khách|khách vãng lai|khách lẻ|tamu|pengunjung|pelanggan|tetamu|bisita',
    '游客|遊客|访客|訪客|匿名|未知|无|無|客人|非会員|会員なし|ゲスト|ゲスト様|ゲストユーザー|匿名|不明|なし|未登録|손님|비회원|게스트|익명|없음',
  ]
    .flatMap((words) => words.split('|'))
    .map(plain),
);

/** Case and accents are the keyboard's: `Επισκεπτης` and `ΕΠΙΣΚΈΠΤΗΣ` are one word. */
function plain(word: string): string {
  return word.trim().toUpperCase().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ς', 'σ');
}

/** Whether a customer id is a word or number that stands for no customer. */
export function namesNobody(id: string): boolean {
  const word = plain(id)
    .replace(/^["'`([]+|["'`)\]]+$/g, '')
    .replace(/[\s_-]+/g, ' ')
    .trim();
  if (NOBODY.has(word) || NOBODY.has(plain(id)) || word.split(' ').every((part) => NOBODY.has(part))) return true;
  if (!/[\p{L}\p{N}]/u.test(id)) return true;
  if (/.@[^@]*$/.test(id.trim())) return isNobodysEmail(id);
  // A template that was never filled in; noughts and crosses, negative numbers, the empty UUID and the full one, `gid://shopify/Customer/0`.
  return (
    /[{}<>]|\$\(|%%|^%\w+%$|^\*\|.*\|\*$/.test(id) ||
    /^[0\s.-]+$/.test(id) ||
    /^-\d+$/.test(id) ||
    /^x+$/.test(word) ||
    /^[f-]{16,}$/i.test(id) ||
    /\/0$/.test(id)
  );
}

/** Whether an e-mail address is one that a shop writes for everybody who gave none. */
export function isNobodysEmail(email: string): boolean {
  const [local = ''] = email.trim().toLowerCase().split('@');
  return namesNobody(local.replace(/\+.*$/, '').replace(/[._-]+/g, ' '));
}
