/** The registry: every destination that a connection may name. Adding one is a file, a line here and a table of examples. */
import type { Destination } from '../kit/destination.ts';
import admitad from './admitad.ts';
import awin from './awin/index.ts';
import cartstack from './cartstack.ts';
import cj from './cj/index.ts';
import daisycon from './daisycon.ts';
import dub from './dub.ts';
import everflow from './everflow/index.ts';
import firstpromoter from './firstpromoter.ts';
import impact from './impact/index.ts';
import partnerize from './partnerize/index.ts';
import partnerstack from './partnerstack/index.ts';
import postAffiliatePro from './post-affiliate-pro.ts';
import postback from './postback/index.ts';
import rakuten from './rakuten.ts';
import refersion from './refersion.ts';
import saleForm from './sale-form.ts';
import salePixel from './sale-pixel.ts';
import tapfiliate from './tapfiliate.ts';
import tradedoubler from './tradedoubler/index.ts';
import tradetracker from './tradetracker/index.ts';
import tune from './tune.ts';
import vtmarketing from './vtmarketing.ts';
import webgains from './webgains.ts';

export const destinations: readonly Destination[] = [
  impact,
  awin,
  everflow,
  tune,
  cj,
  rakuten,
  dub,
  partnerize,
  tradedoubler,
  admitad,
  tapfiliate,
  daisycon,
  firstpromoter,
  webgains,
  partnerstack,
  postAffiliatePro,
  refersion,
  tradetracker,
  cartstack,
  vtmarketing,
  salePixel,
  saleForm,
  postback,
];
