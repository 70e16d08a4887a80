/** Why a copy can't be taken or put back, and what to do. */
export class BackupError extends Error {
  override name = 'BackupError';
}
