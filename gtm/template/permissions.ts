/** What the template may do in the page: exactly what its code uses. Encoded the way Tag Manager stores permissions. */

/** A value of a permission: 1 text, 2 list, 3 map (keys and values in parallel), 8 boolean. */
export type PermissionValue =
  | { type: 1; string: string }
  | { type: 2; listItem: PermissionValue[] }
  | { type: 3; mapKey: PermissionValue[]; mapValue: PermissionValue[] }
  | { type: 8; boolean: boolean };

export interface Permission {
  instance: { key: { publicId: string; versionId: string }; param: { key: string; value: PermissionValue }[] };
  clientAnnotations?: { isEditedByUser: boolean };
  isRequired: boolean;
}

type Plain = string | boolean | Plain[] | { [key: string]: Plain };

function encode(value: Plain): PermissionValue {
  if (typeof value === 'string') return { type: 1, string: value };
  if (typeof value === 'boolean') return { type: 8, boolean: value };
  if (Array.isArray(value)) return { type: 2, listItem: value.map(encode) };
  return { type: 3, mapKey: Object.keys(value).map(encode), mapValue: Object.values(value).map(encode) };
}

function permission(publicId: string, params: Record<string, Plain>): Permission {
  return {
    instance: {
      key: { publicId, versionId: '1' },
      param: Object.entries(params).map(([key, value]) => ({ key, value: encode(value) })),
    },
    clientAnnotations: { isEditedByUser: true },
    isRequired: true,
  };
}

/** The permissions of a template that loads its script from this collector and from nowhere else. */
export function templatePermissions(collector: string): Permission[] {
  return [
    permission('inject_script', { urls: [`${collector}/*`] }),
    permission('access_globals', {
      keys: ['clickthread', 'clickthread.q'].map((key) => ({ key, read: true, write: true, execute: false })),
    }),
    permission('access_consent', { consentTypes: [{ consentType: 'ad_storage', read: true, write: false }] }),
    permission('read_data_layer', { allowedKeys: 'specific', keyPatterns: ['ecommerce', 'eventModel'] }),
    permission('logging', { environments: 'debug' }),
  ];
}
