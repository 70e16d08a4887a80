/** The registry of list platforms. */
import apifon from './apifon.ts';
import type { ListPlatform } from './platform.ts';

export const listPlatforms: readonly ListPlatform[] = [apifon];

/** The platform of that name, as `type` of a connection names it. */
export const findListPlatform = (name: string): ListPlatform | undefined =>
  listPlatforms.find((platform) => platform.name === name);
