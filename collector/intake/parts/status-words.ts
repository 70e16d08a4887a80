/** What shops, warehouses and their books call the status of an order, in the languages of shops. A word that is said of several statuses is left out. Pure. */
import type { OrderStatus } from '../../model/order.ts';

/** Endings by gender and number: `pagado`, `pagada`, `pagados`. */
const ROMANCE = '[oa]s?';
const FRENCH = 'e?s?';

/**
 * Phrases between bars, as expressions of the plain form (see {@link plainWord}). An order that was invoiced, sent or is being packed is a sale:
 * where it is not paid in the end, the shop cancels it, and that is told.
 */
const PHRASES: Readonly<Record<OrderStatus, readonly string[]>> = {
  approved: [
    'approved|completed?|completion|paid|(fully|full) paid|paid (in full|fully)|processing|in (process|progress)|success|successful|succeeded',
    'confirmed|captured|fulfill?ed|shipped|dispatched|sent|delivered|accepted|settled|finished|done|sold|invoiced|billed|packed|picked( up)?|picking|packing',
    '(order |being |payment )?(processed|prepared)|ready( (to|for) (ship|pick ?up|collection|dispatch|fulfill?ment))?|in (transit|delivery|preparation)|out for delivery',
    'awaiting (fulfill?ment|shipment|pick ?up|dispatch|delivery)|(payment )?(accepted|received|confirmed|complete)|remote payment accepted',
    '(processing|preparation) in progress|on backorder \\(?paid\\)?|partial(ly)? (refunded|refund|fulfill?ed|shipped|shipment|delivered|invoiced|returned|dispatched)',
    // German, Dutch
    '(vollstandig |komplett )?(bezahlt|gezahlt)|abgeschlossen|fertig|erledigt|versandt|versendet|verschickt|geliefert|ausgeliefert|zugestellt|fakturiert',
    'in (bearbeitung|vorbereitung)|bestatigt|genehmigt|freigegeben|zahlung (erhalten|eingegangen|bestatigt)|rechnung (gestellt|erstellt)|teilweise (erstattet|versendet|geliefert)',
    'betaald|voltooid|afgerond|verzonden|verstuurd|geleverd|afgeleverd|gefactureerd|bevestigd|goedgekeurd',
    // French, Spanish, Italian, Portuguese, Romanian
    `(paye|valide|confirme|termine|expedie|envoye|livre|facture|accepte|approuve|traite)${FRENCH}|paiement (accepte|recu|valide|effectue)|en cours de (traitement|preparation|livraison)|partiellement (rembourse|expedie)${FRENCH}`,
    `(pagad|completad|enviad|entregad|facturad|confirmad|aprobad|finalizad|aceptad|procesad|despachad)${ROMANCE}|procesando|en (proceso|preparacion|camino)|pago (aceptado|recibido|confirmado)|parcialmente (reembolsad|enviad)${ROMANCE}`,
    '(pagat|completat|spedit|consegnat|fatturat|confermat|approvat|evas|accettat|conclus)[oaei]|in (lavorazione|elaborazione|preparazione|consegna)|pagamento (accettato|ricevuto)|parzialmente (rimborsat|spedit|evas)[oaei]',
    `(pag|concluid|faturad|aprovad)${ROMANCE}|entregues?|processando|em (processamento|preparacao|transporte)|pagamento (aceito|aprovado|confirmado)|parcialmente (reembolsad|enviad)${ROMANCE}`,
    '(platit|achitat|finalizat|livrat|expediat|facturat|confirmat|aprobat|procesat|onorat|incasat)[ae]?|(in )?procesare|in curs de (procesare|livrare)',
    // Nordic, Finnish
    'betalt|gennemført|afsluttet|afsendt|sendt|leveret|faktureret|bekræftet|fullført|levert|fakturert|bekreftet|betald|slutford|skickad|levererad|fakturerad|bekraftad|behandlas',
    'maksettu|valmis|toimitettu|lahetetty|laskutettu|vahvistettu|kasittelyssa',
    // Slavic, Hungarian
    '(opłacon|zapłacon|zrealizowan|wysłan|dostarczon|zakonczon|potwierdzon|zafakturowan)[eya]|w (trakcie realizacji|realizacji)',
    '(zaplacen|uhrazen|dokoncen|vyrizen|odeslan|dorucen|potvrzen|fakturovan|vybaven|odoslan|potvrden)[oaey]',
    'placeno|isporuceno|poslano|zavrseno|zakljuceno|potvr[dđ]eno|poslato|naplaceno',
    'оплачен[оаы]?|выполнен[оаы]?|доставлен[оаы]?|отправлен[оаы]?|завершен[оаы]?|подтвержден[оаы]?|в обработке|оплачено|виконано|доставлено|відправлено|завершено|підтверджено',
    'платен[оа]?|изпратен[оа]?|доставен[оа]?|завършен[оа]?|изпълнен[оа]?|потвърден[оа]?',
    'fizetve|kifizetve|teljesitve|teljesitett|befejezve|befejezett|kiszallitva|elkuldve|szamlazva|visszaigazolva|feldolgozas alatt',
    // Greek, Turkish
    'πληρωμεν[ηο]|πληρωθηκε|εξοφλημεν[ηο]|εξοφληθηκε|ολοκληρωμεν[ηο]|ολοκληρωθηκε|απεσταλμεν[ηο]|εσταλη|απεσταλη|παραδοθηκε|τιμολογημεν[ηο]|τιμολογηθηκε|επιβεβαιωμεν[ηο]|επιβεβαιωθηκε|σε (επεξεργασια|εξελιξη)',
    'odendi|tamamlandi|kargoland[iı]|kargoya verildi|gonderildi|teslim edildi|onaylandi|faturalandi|hazirlaniyor|isleniyor',
    // Chinese, Japanese, Korean
    '已付款|已支付|已完成|已发货|已發貨|已送达|已送達|处理中|處理中|支払い?済み?|入金済み?|発送済み?|出荷済み?|配達済み?|完了|処理中|결제 ?완료|배송 ?완료|발송 ?완료|주문 ?완료|완료',
  ],
  pending: [
    'pending|on hold|hold(ed)?|open|new|created|placed|draft|unpaid|not (yet )?paid|awaiting( \\S+){0,2} (payment|confirmation|validation|approval|authorization)|awaiting cash on delivery validation',
    'awaiting (response|invoice)|payment (due|awaited|outstanding|processing)|due|overdue|pending (payment|review|approval)|payment pending|authori[sz]ed|in review|review|under review|manual verification required|quot(e|ation)|proforma|pro forma|to (be )?(invoiced?|paid)',
    '(partial(ly)? paid|paid partial(ly)?|partial payment|part paid|deposit paid|paid deposit|deposit)|on backorder \\(?not paid\\)?|requires (payment|action|payment method|capture|confirmation)',
    'offen|ausstehend|wartend|unbezahlt|nicht bezahlt|teil(weise )?bezahlt|angezahlt|(warten|wartet) auf zahlung|zahlung (ausstehend|offen)|in wartestellung|in prufung',
    'wachtend( op betaling)?|wacht op betaling|in de wacht|onbetaald|niet betaald|deels betaald',
    `en attente( de (paiement|validation))?|impaye${FRENCH}|non paye${FRENCH}|partiellement paye${FRENCH}|attente (de )?paiement|acompte (paye|verse|recu)`,
    `pendiente( de pago)?|en espera|impagad${ROMANCE}|sin pagar|no pagad${ROMANCE}|parcialmente pagad${ROMANCE}`,
    'in (attesa|sospeso)( di pagamento)?|non pagat[oaei]|parzialmente pagat[oaei]|da pagare',
    `pendentes?|aguardando( \\S+)?|em espera|nao pag${ROMANCE}|parcialmente pag${ROMANCE}`,
    'neplatit[ae]?|neachitat[ae]?|in asteptare(a platii)?|(platit|achitat)[ae]? partial|partial (platit|achitat)[ae]?',
    'afventer( betaling)?|ubetalt|delvist betalt|venter( pa betaling)?|vantande|vantar pa betalning|obetald|delvis betal[td]|odottaa( maksua)?|maksamatta|osittain maksettu',
    'oczekuj[aą]c[eya]|oczekuje( na (platnosc|płatnosc))?|nieopłacon[eya]|wstrzyman[eya]|częsciowo opłacon[eya]|czesciowo opłacon[eya]|nezaplacen[oaey]|ceka( na platbu)?|castecne (zaplacen|uhrazen)[oaey]|neplaceno|na cekanju',
    'ожидает( оплаты)?|в ожидании( оплаты)?|не оплачен[оаы]?|неоплачен[оаы]?|частично оплачен[оаы]?|очікує( оплати)?|не оплачено|неплатен[оа]?|изчаква(не)?( плащане)?',
    'fuggoben( levo)?|fizetesre var|fizetetlen|nincs fizetve|reszben fizetve|varakozik',
    'εκκρεμει|εκκρεμης|σε (εκκρεμοτητα|αναμονη)|αναμονη πληρωμης|απληρωτ[ηο]|μερικως (πληρωμεν|εξοφλημεν)[ηο]',
    'beklemede|bekliyor|odeme bekl(en|)iyor|odenmedi|kismen odendi',
    '待付款|待支付|未付款|未支付|部分付款|未払い?|入金待ち|保留中?|결제 ?대기|입금 ?대기|미결제',
  ],
  cancelled: [
    'cancell?ed|cancel|cancell?ation|void(ed)?|failed|failure|declined|rejected|refused|denied|expired|abandoned|incomplete|trash(ed)?|deleted|timed out|timeout|fraud|unsuccessful|cancell?ed by (customer|merchant|seller|buyer|admin|system|the customer)',
    'payment (failed|error|declined|refused|rejected|cancell?ed|expired)|not (approved|authori[sz]ed)',
    'storniert|abgebrochen|abgelehnt|fehlgeschlagen|geloscht|abgelaufen|zahlung (fehlgeschlagen|abgelehnt)|geannuleerd|mislukt|afgewezen|geweigerd|verlopen',
    `(annule|refuse|echoue|rejete|expire|abandonne)${FRENCH}|echec( du paiement)?|paiement (refuse|echoue|annule)`,
    `(cancelad|anulad|rechazad|fallid|denegad|caducad|expirad|recusad|rejeitad)${ROMANCE}|falhou|falha|pago (rechazado|fallido)`,
    '(annullat|rifiutat|fallit|respint|scadut|abbandonat)[oaei]|pagamento (rifiutato|fallito)|(anulat|respins|esuat|expirat|refuzat)[ae]?',
    'annulleret|afvist|mislykket|annullert|kansellert|avbrutt|avvist|avbruten|annullerad|makulerad|misslyckad|nekad|avvisad|peruutettu|peruttu|hylatty|epaonnistui|epaonnistunut',
    '(anulowan|odrzucon|nieudan)[eya]|(stornovan|zrusen|zamitnut|zamietnut)[oaey]|neuspesn[eya]|otkazano|ponisteno|odbijeno|preklicano',
    'отменен[оаы]?|отклонен[оаы]?|аннулирован[оаы]?|скасовано|відхилено|отказан[оа]?|анулиран[оа]?|отхвърлен[оа]?',
    'torolve|torolt|lemondva|lemondott|visszautasitva|sikertelen|elutasitva|sztorno|sztornozva',
    'ακυρωμεν[ηο]|ακυρωθηκε|ακυρο|ακυρωση|απορριφθηκε|απερριφθη|απετυχε|αποτυχια|αποτυχημεν[ηο]|iptal( edildi)?|reddedildi|basarisiz',
    '已取消|已关闭|已關閉|已拒绝|已拒絕|失败|失敗|キャンセル(済み?)?|取消(済み?)?|취소( ?완료)?|실패',
  ],
  refunded: [
    'refund(ed)?|(fully|full|completely) refunded|refunded (fully|in full)|refund (completed?|issued|processed)|returned|reversed|credited|charge ?back|charged back',
    '(ruck|zuruck)?erstattet|retourniert|zuruckgesendet|gutgeschrieben|ruckbuchung|ruckgebucht|terugbetaald|geretourneerd|gecrediteerd',
    `rembourse${FRENCH}|retourne${FRENCH}|(reembolsad|devuelt|devolvid|estornad)${ROMANCE}|(rimborsat|stornat)[oaei]|reso|(rambursat|returnat|restituit)[ae]?`,
    'refunderet|tilbagebetalt|returneret|refundert|tilbakebetalt|returnert|aterbetald|returnerad|krediterad|hyvitetty|palautettu',
    'zwrocon[eya]|zwrot|vracen[oaey]|vraceno|refundovan[oaey]|возвращен[оаы]?|возврат|повернено|повернення|възстановен[оа]?|върнат[оа]?',
    'visszateritve|visszateritett|visszakuldve|επιστραφηκε|επιστροφη χρηματων|επεστραφη|iade( edildi)?|已退款|全额退款|全額退款|返金済み?|返品済み?|환불( ?완료)?|반품( ?완료)?',
  ],
};

const MEANINGS = Object.entries(PHRASES).map(
  ([status, phrases]) => [status as OrderStatus, RegExp(`^(${phrases.join('|')})$`)] as const,
);

/** Without WooCommerce's prefix (its database has it), marks above letters, case, and whatever stands between words. */
const plainWord = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll('ı', 'i')
    .replace(/^wc-/, '')
    .replace(/[^\p{L}\p{N}()]+/gu, ' ')
    .trim();

/** What a word, or several, say of an order; undefined where that is open. */
export function statusOf(text: string): OrderStatus | undefined {
  const word = plainWord(text);
  // `order.paid`, `ORDER_STATUS_PAID`; a payment's status is the order's.
  const bare = word.replace(/^((order|status|state|payment|financial) )+(?=\S)/, '');
  return [word, bare].map((one) => MEANINGS.find(([, pattern]) => pattern.test(one))?.[0]).find(Boolean);
}
