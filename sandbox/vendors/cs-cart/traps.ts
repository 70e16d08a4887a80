/** What a CS-Cart installation can do to its client, as settings of the sandbox. The defaults are a healthy 4.15 shop. */
import { createSettings } from '../../settings.ts';

export const defaultTraps = {
  /** The only administrator with API access. */
  adminEmail: 'ops@shop.example',
  apiKey: 'SandboxKeySandboxKeySandboxKey01',
  /** Every scalar of a list is a string, as PHP answers. */
  strings: true,
  /** `time_from` and `time_to` count only beside a `period` other than `A`. */
  timeNeedsPeriod: true,
  /** False: a shop older than 4.15.2, which takes no notice of `updated_at_from`. */
  updatedFilter: true,
  /** Maintenance page in place of JSON, with the status that the web server gives it: 0 (off), 200 or 503. */
  maintenance: 0,
  /** CGI without the rewrite rule: PHP never sees the Authorization header. */
  stripAuth: false,
  /** The `api_https_only` tweak. */
  httpsOnly: false,
  /** mod_rewrite is off: only `/api.php?_d=…` answers. */
  noRewrite: false,
  /** The administrator's account is switched off. */
  inactive: false,
  /** Privileges that the administrator's user group lacks: `view_orders`, `view_users`, `manage_zapier_hooks` … */
  missing: [] as readonly string[],
  /** Rows a page, whatever was asked; told in `params.items_per_page`. */
  maxPerPage: 1000,
  /** Orders that customers place after each page of the list. */
  growPerList: 0,
  /** Orders that the merchant deletes after each page of the list, oldest first. */
  shrinkPerList: 0,
};

export const openTraps = () => createSettings(defaultTraps);

/** Live values of the settings. */
export type CsCartTraps = ReturnType<typeof openTraps>['now'];
