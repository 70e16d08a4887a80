/** How a stage of `connection test` judges an answer: what can't be read fails in its reader's words. Pure. */
import type { Settings } from '../kit/setting.ts';
import type { Reading } from '../kit/source.ts';
import type { HttpResponse } from '../model/http.ts';

export interface StageVerdict {
  ok: boolean;
  message: string;
}

/** `judgeBy(read)(verdict)` is a stage's `verdict`; the inner one is given what was read, and the whole answer. */
export const judgeBy =
  <T>(read: (response: HttpResponse) => Reading<T>) =>
  (verdict: (value: T, settings: Settings, response: HttpResponse) => StageVerdict) =>
  (response: HttpResponse, settings: Settings): StageVerdict => {
    const reading = read(response);
    return 'fault' in reading
      ? { ok: false, message: reading.fault.message }
      : verdict(reading.value, settings, response);
  };
