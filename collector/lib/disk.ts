/** How much room a folder's disk has left. */
import { statfsSync } from 'node:fs';

const MB = 1024 * 1024;
/** From here on no order may be acknowledged soon. */
export const LITTLE_ROOM = 1024;
export const NO_ROOM = 100;

/** Megabytes that are free, and the number of its kind of file system (statfs(2)). */
export function readDisk(folder: string): { free: number; type: number } {
  const { bavail, bsize, type } = statfsSync(folder);
  return { free: Math.floor((bavail * bsize) / MB), type };
}
