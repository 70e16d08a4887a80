/** Words that templates and shops write where they know no customer: they name nobody, and must never make strangers one person. Pure. */

/** https://github.com/PostHog/posthog/issues/12008 and the lists of refused ids that other products keep. */
const NOBODY = new Set(
  [
    ...[
      '',
      '0',
      '-',
      '--',
      '_',
      '.',
      '?',
      'null',
      'nil',
      'none',
      'undefined',
      'nan',
      'n/a',
      'na',
      'false',
      'true',
      'void',
    ],
    ...[
      'empty',
      'unknown',
      'unset',
      'not set',
      'not available',
      'missing',
      'default',
      'id',
      'user',
      'userid',
      'user id',
    ],
    ...['customer', 'customerid', 'customer id', 'client', 'visitor', 'member', 'account', 'email', 'e-mail', 'name'],
    ...[
      'guest',
      'guests',
      'guest user',
      'guest customer',
      'guest checkout',
      'guestcheckout',
      'anonymous',
      'anonymous user',
    ],
    ...[
      'anon',
      'nobody',
      'no one',
      'noone',
      'nouser',
      'no user',
      'not logged in',
      'notloggedin',
      'logged out',
      'loggedout',
    ],
    ...['public', 'test', 'distinct id', 'distinctid', '[object object]', 'noemail', 'no email', 'noreply', 'no reply'],
    ...[
      'donotreply',
      'do not reply',
      'example',
      'someone',
      'somebody',
      'walk in',
      'walkin',
      'pos',
      'cash',
      'gast',
      'invité',
    ],
    ...['gæst', 'gość', 'invitado', 'ospite', 'convidado', 'gjest', 'vieras', 'гость', 'гост', 'гість', 'vendég'],
    ...['επισκέπτης', 'ανώνυμος', 'misafir', 'invitée', 'besucher', 'visitante', 'visiteur', 'anonyme', 'anonym'],
    ...['anonimo', 'unbekannt', 'inconnu', 'desconocido', 'sconosciuto', 'ゲスト', '游客', '访客', '손님'],
    ...[
      'guestuser',
      'no customer',
      'nocustomer',
      'no id',
      'noid',
      'not registered',
      'unregistered',
      '#n/a',
      'infinity',
    ],
  ].map(plain),
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
  if (NOBODY.has(word) || NOBODY.has(plain(id))) return true;
  // A template that was never filled in; noughts and crosses, negative numbers, the empty UUID.
  return (
    /[{}<>]|\$\(|%%|^%\w+%$|^\*\|.*\|\*$/.test(id) || /^[0\s.-]+$/.test(id) || /^-\d+$/.test(id) || /^x+$/.test(word)
  );
}

/** Whether an e-mail address is one that a shop writes for everybody who gave none. */
export function isNobodysEmail(email: string): boolean {
  const [local = ''] = email.trim().toLowerCase().split('@');
  return namesNobody(local.replace(/\+.*$/, '').replace(/[._-]+/g, ' '));
}
