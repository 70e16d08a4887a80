/** A type of connection that this version does not know: what was probably meant, or how such a network is connected. Pure. */
import type { Catalogue } from '../../catalogue.ts';
import { nearestWord } from '../../lib/nearest.ts';

/** Networks that take one request per sale, as the type `postback` makes it. */
const NETWORKS: Readonly<Record<string, string>> = {
  ...{ awin: 'Awin', cj: 'CJ', rakuten: 'Rakuten Advertising', partnerize: 'Partnerize', everflow: 'Everflow' },
  ...{ tune: 'TUNE', tradedoubler: 'Tradedoubler', dub: 'Dub', admitad: 'Admitad', tapfiliate: 'Tapfiliate' },
  ...{ webgains: 'Webgains', daisycon: 'Daisycon', firstpromoter: 'FirstPromoter', partnerstack: 'PartnerStack' },
  ...{ refersion: 'Refersion', tradetracker: 'TradeTracker', shareasale: 'ShareASale', affise: 'Affise' },
  ...{ 'post-affiliate-pro': 'Post Affiliate Pro', 'commission-junction': 'CJ', hasoffers: 'TUNE' },
};

const namesIn = ({ destinations, sources, platforms }: Catalogue): string[] =>
  [...destinations, ...sources, ...platforms].map(({ name }) => name);

/** In words that follow the name of the field. */
export function unknownType(type: string, catalogue: Catalogue): string {
  const network = NETWORKS[type.toLowerCase()];
  if (network !== undefined)
    return `"${type}" is no type of this version: use type: postback with the address for sales that ${network} gives you`;
  const near = nearestWord(type, namesIn(catalogue));
  if (near !== undefined) return `"${type}" is no destination or source that this version knows; did you mean ${near}?`;
  return `"${type}" is no destination or source that this version knows; there are ${namesIn(catalogue).join(', ')}. For any other network use type: postback`;
}
