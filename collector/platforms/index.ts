/** The registry of list platforms. */
import apifon from './apifon/index.ts';
import type { ListPlatform } from '../kit/platform.ts';

export const listPlatforms: readonly ListPlatform[] = [apifon];
