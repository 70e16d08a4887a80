/** Why the collector can't start or a command can't work, in words with the fix; ends the process with a code. */

/** What went wrong in an engine or the system, as far as the code tells: SQLite's (`SQLITE_FULL`) or the system's (`ENOSPC`). */
interface Fault {
  message?: string;
  code?: string | undefined;
}

export class StartError extends Error {
  override name = 'StartError';
  exitCode: number;
  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Another process holds what this one needs: a supervisor may try again later (EX_TEMPFAIL of sysexits.h). */
export const BUSY_CODE = 75;

export const wrongKey = (file: string): StartError =>
  new StartError(
    `${file} was sealed with another key. Put the old file "key" back beside it, or set CLICKTHREAD_KEY. Nothing was changed.`,
  );

/** A file of no bytes is never a new one: those appear with their header. A copy or a disk has lost what it held, and SQLite would drop its log, too. */
export const explainEmptyFile = (file: string): StartError =>
  new StartError(
    `${file} is empty (0 bytes): what it held is lost. Put a backup in its place with "clickthread restore FILE --force"; or, where nothing was ever in it, delete it and start again. Nothing was changed.`,
  );

/** Whether a fault is one of the file or its disk, and none of ours. */
export const isFileFault = (fault: unknown): boolean =>
  /^SQLITE_(CORRUPT|NOTADB|FULL|READONLY|CANTOPEN|PERM|AUTH|BUSY|LOCKED|IOERR)/.test(
    String((fault as Fault | null)?.code),
  );

/** The fault of a data file in words. */
export function explainFileFault(file: string, fault: unknown): StartError {
  const { message = String(fault), code = '' } = (fault ?? {}) as Fault;
  const say = (text: string): StartError => new StartError(text, { cause: fault });
  if (fault instanceof StartError) return fault;
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code))
    return say(
      `${file} is damaged (${message}). Put a backup in its place with "clickthread restore FILE --force". Nothing was changed.`,
    );
  if (/^SQLITE_FULL|^ENOSPC|^EDQUOT|^EFBIG/.test(code))
    return say(`No room is left for ${file} (${message}). Make room, then try again. Nothing was changed.`);
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^EACCES|^EROFS|^EPERM/.test(code))
    return say(
      `${file} can't be written (${message}). Give its folder to the user that runs the collector, or set CLICKTHREAD_DATA. Nothing was changed.`,
    );
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return say(`${file} is locked by another process (${message}). Let it end, then try again. Nothing was changed.`);
  if (/^SQLITE_IOERR|^EIO/.test(code))
    return say(`${file} can't be read or written (${message}): look at the disk and at its free room.`);
  return say(message.includes(file) ? message : `${file}: ${message}`);
}
