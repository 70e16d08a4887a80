/** What somebody sees who is not signed in: how to get a link. There is no password to type. */
import type { Refused } from './state/ask.ts';
import { Copy } from './parts/copy.tsx';
import { Problems } from './parts/notice.tsx';
import { Said } from './parts/said.tsx';
import { LanguageChoice } from './parts/language-choice.tsx';
import type { Language } from './state/languages.ts';
import { useAnswer } from './state/use-answer.ts';
import { say, sayOf } from './state/words.ts';

const COMMAND = 'clickthread user link NAME';
/** Why the way by OpenID Connect ended here: `#/refused/WHY/CODE`. */
const REFUSED = /^#\/refused\/(\w+)(?:\/(.*))?$/;

export function SignIn({
  refused,
  onLanguage,
}: {
  refused: Refused | undefined;
  onLanguage: (language: Language) => void;
}) {
  const ways = useAnswer<{ openId: boolean }>('/sign-in');
  const [, why, code] = REFUSED.exec(location.hash) ?? [];
  return (
    <main class="sign-in" id="main">
      <h1>Clickthread</h1>
      <Problems refused={refused} />
      {why !== undefined && (
        <p class="problems" role="alert">
          {sayOf('signIn.refused', why)} {code !== undefined && <Said text={decodeURIComponent(code)} code />}
        </p>
      )}
      {ways.data?.openId && (
        <p>
          <a class="button primary" href="api/open-id">
            {say('signIn.openId')}
          </a>
        </p>
      )}
      <p>{say('signIn.how')}</p>
      <p class="command">
        <code>{COMMAND}</code> <Copy text={COMMAND} />
      </p>
      <p class="help">{say('signIn.first')}</p>
      <LanguageChoice onLanguage={onLanguage} />
    </main>
  );
}
